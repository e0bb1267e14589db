// SPDX-License-Identifier: Apache-2.0
/** Compiled schedulers whose own description of their variables is wrong. */

const KIND_VAR = 14;
const KIND_DATASEC = 15;
const HEAD_BYTES = 12;
/** Bytes behind a type's head, by its kind: the same for each, or for each of its members. */
const FIXED_BYTES: Record<number, number> = { 1: 4, 3: 12, 14: 4, 17: 4 };
const MEMBER_BYTES: Record<number, number> = { 4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12 };
/** Nothing, another type, more than there is, and what is negative or overflows. */
const VALUES = [0, 3, 0xffff, 0x8000_0000, 0xffff_ffff];

interface TypeRecord {
  readonly at: number;
  readonly name: string;
  readonly kind: number;
  readonly bytes: number;
}

/**
 * One copy for each word of its variables and sections, and each value that it should not have;
 * and all of them once more with the sections' sizes filled in, by which libbpf leaves them alone.
 */
export function* withWrongVariables(object: Buffer): Generator<{ what: string; bytes: Buffer }> {
  const records = typeRecords(object).filter(
    ({ kind, name }) =>
      // libbpf 1.4 itself does not survive a wrong table of callbacks.
      kind === KIND_VAR || (kind === KIND_DATASEC && !name.startsWith('.struct_ops')),
  );
  for (const sized of [false, true]) {
    const base = Buffer.from(object);
    for (const { at, kind } of records)
      if (sized && kind === KIND_DATASEC) base.writeUInt32LE(8, at + 8);
    for (const { at, bytes } of records) {
      // The name and the kind are not ours to doubt: libbpf refuses what is wrong with them.
      for (let place = at + 8; place < at + bytes; place += 4) {
        for (const value of VALUES) {
          const damaged = Buffer.from(base);
          damaged.writeUInt32LE(value, place);
          yield { what: `${value} at ${place}${sized ? ', sized' : ''}`, bytes: damaged };
        }
      }
    }
  }
}

/** The records of the object's types (section .BTF), which follow each other. */
function typeRecords(object: Buffer): TypeRecord[] {
  const btf = sectionAt(object, '.BTF');
  const types = btf + object.readUInt32LE(btf + 4) + object.readUInt32LE(btf + 8);
  const end = types + object.readUInt32LE(btf + 12);
  const names = btf + object.readUInt32LE(btf + 4) + object.readUInt32LE(btf + 16);
  const records: TypeRecord[] = [];
  for (let at = types; at < end; at += records.at(-1)?.bytes ?? 0) {
    const info = object.readUInt32LE(at + 4);
    const kind = (info >>> 24) & 31;
    const members = (info & 0xffff) * (MEMBER_BYTES[kind] ?? 0);
    const nameAt = names + object.readUInt32LE(at);
    const name = object.toString('latin1', nameAt, object.indexOf(0, nameAt));
    records.push({ at, name, kind, bytes: HEAD_BYTES + members + (FIXED_BYTES[kind] ?? 0) });
  }
  return records;
}

/** Where a section of an ELF file begins. */
function sectionAt(elf: Buffer, wanted: string): number {
  const heads = Number(elf.readBigUInt64LE(40));
  const count = elf.readUInt16LE(60);
  const head = (index: number) => {
    const at = heads + 64 * index;
    return { name: elf.readUInt32LE(at), offset: Number(elf.readBigUInt64LE(at + 24)) };
  };
  const names = head(elf.readUInt16LE(62)).offset;
  for (let index = 0; index < count; index++) {
    const { name, offset } = head(index);
    if (elf.toString('latin1', names + name).startsWith(`${wanted}\0`)) return offset;
  }
  throw new Error(`no section ${wanted}`);
}
