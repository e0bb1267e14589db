// SPDX-License-Identifier: Apache-2.0
/** The one function that we use of a package that brings no types. */
declare module 'jstat' {
  const jStat: {
    studentt: {
      /** Quantile of Student's t distribution. */
      inv(probability: number, degreesOfFreedom: number): number;
    };
  };
  export default jStat;
}
