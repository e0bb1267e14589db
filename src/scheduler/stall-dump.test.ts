// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { waitingTasks } from './stall-dump.ts';

/** 7.3.4 about hostile/starves_one; left out: backtraces and the counters. */
const DUMP_7_3 = `starves_one: root
kworker/u8:2[39] triggered exit kind 1026 on CPU 1:
  runnable task stall (sh[251] failed to run for 4.256s)

CPU states
----------

CPU 1   : nr_run=2 flags=0x1 cpu_rel=0 ksync=3214
          rescue=0 budget=0us rescuing=none[-1]
          curr=sh[254] class=ext_sched_class

 *R sh[254] *root -40ms
      scx_state/flags=4/0xd dsq_flags=0x0 ops_state/qseq=0/0
      sticky/holding_cpu=-1/-1 dsq_id=(n/a)
      dsq_vtime=0 slice=7756568 weight=100
      cpus=3 no_mig=0

  R sh[251] *root -4256ms
      scx_state/flags=4/0xb dsq_flags=0x0 ops_state/qseq=0/0
      sticky/holding_cpu=-1/-1 dsq_id=0x0
      dsq_vtime=0 slice=20000000 weight=100
      cpus=3 no_mig=0

    count_memcg_events+0x176/0x1a0

CPU 0   : nr_run=2 flags=0x1 cpu_rel=0 ksync=4125
          rescue=0 budget=0us rescuing=none[-1]
          curr=kworker/u8:2[39] class=ext_sched_class

 *R kworker/u8:2[39] *root +0ms
      scx_state/flags=4/0xd dsq_flags=0x0 ops_state/qseq=0/0
      sticky/holding_cpu=-1/-1 dsq_id=(n/a)
      dsq_vtime=0 slice=20000000 weight=100
      cpus=3 no_mig=0

  R rcu_preempt[15] *root +0ms
      scx_state/flags=4/0x9 dsq_flags=0x0 ops_state/qseq=0/0
      sticky/holding_cpu=-1/-1 dsq_id=0x8000000000000001
      dsq_vtime=0 slice=20000000 weight=100
      cpus=3 no_mig=0
`;

/** In the form of 6.12; what says nothing here is left out. */
const DUMP = `kworker/1:2[96] triggered exit kind 1026:
  runnable task stall (kworker/0:1[12850] failed to run for 6.208s)

Backtrace:
  scx_watchdog_workfn+0x119/0x190

CPU states
----------

CPU 0   : nr_run=3 flags=0x1 cpu_rel=0 ops_qseq=19257 pnt_seq=9897
          curr=cc1plus[14157] class=ext_sched_class

 *R cc1plus[14157] -2ms
      scx_state/flags=3/0x5 dsq_flags=0x0 ops_state/qseq=0/0
      sticky/holding_cpu=-1/-1 dsq_id=(n/a) dsq_vtime=104153400457
      cpus=3

  R a [b] c[77] -31ms
      scx_state/flags=3/0x9 dsq_flags=0x0 ops_state/qseq=2/19
      sticky/holding_cpu=-1/-1 dsq_id=(n/a)
      dsq_vtime=0 slice=20000000 weight=100
      cpus=3

  R kworker/0:1[12850] -6208ms
      scx_state/flags=3/0x9 dsq_flags=0x1 ops_state/qseq=0/0
      sticky/holding_cpu=-1/-1 dsq_id=0x10
      dsq_vtime=0 slice=20000000 weight=100
      cpus=1

    kthread+0x14a/0x170

CPU 1   : nr_run=0 flags=0x0 cpu_rel=0 ops_qseq=3 pnt_seq=9
          curr=swapper/1[0] class=idle_sched_class
`;

test('lists who waited, for how long and where, but not who ran', () => {
  expect(waitingTasks(DUMP)).toEqual([
    { name: 'kworker/0:1', waitedMs: 6208, dsq: '0x10' },
    { name: 'a [b] c', waitedMs: 31, dsq: null },
  ]);
});

test('knows the form of 7.3 too, which names the scheduler of each task', () => {
  expect(waitingTasks(DUMP_7_3)).toEqual([
    { name: 'sh', waitedMs: 4256, dsq: '0x0' },
    { name: 'rcu_preempt', waitedMs: 0, dsq: '0x8000000000000001' },
  ]);
});

test('finds nobody in what is no dump', () => {
  expect(waitingTasks('')).toEqual([]);
  expect(waitingTasks('R x[1] -1ms\n dsq_id=0x1')).toEqual([]);
});
