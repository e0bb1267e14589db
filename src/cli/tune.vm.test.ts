// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { expect } from 'vitest';
import { readStoredExperiment } from '../results/read.ts';
import { readTuning, type TuningRecord } from '../results/tuning-record.ts';
import { lineBeginning, test } from './test-kit.ts';

const IN_GUEST = ['tune', '--all', '--target', 'vm', '--cpus', '2', '--no-monitor', '--json'];

/** With served=0 it queues every task and runs none: the kernel's watchdog ejects it. */
const STALLS_UNSERVED = `#include <scx/common.bpf.h>
char _license[] SEC("license") = "GPL";
UEI_DEFINE(uei);
const volatile u32 served TUNABLE_RANGE(0, 9) = 1;
const volatile u32 slice_us TUNABLE_RANGE(100, 1000000) = 20000;
#define SHARED_DSQ 0
void BPF_STRUCT_OPS(picky_enqueue, struct task_struct *p, u64 enq_flags)
{
	scx_bpf_dsq_insert(p, SHARED_DSQ, slice_us * 1000ULL, enq_flags);
}
void BPF_STRUCT_OPS(picky_dispatch, s32 cpu, struct task_struct *prev)
{
	if (served)
		scx_bpf_dsq_move_to_local(SHARED_DSQ);
}
s32 BPF_STRUCT_OPS_SLEEPABLE(picky_init)
{
	return scx_bpf_create_dsq(SHARED_DSQ, NUMA_NO_NODE);
}
void BPF_STRUCT_OPS(picky_exit, struct scx_exit_info *info)
{
	UEI_RECORD(uei, info);
}
SCX_OPS_DEFINE(picky, .enqueue = (void *)picky_enqueue, .dispatch = (void *)picky_dispatch,
	       .init = (void *)picky_init, .exit = (void *)picky_exit,
	       .timeout_ms = 3000, .name = "picky");
`;

test('halves the candidates, measures the finalist anew, and decides by that alone', async ({
  bench,
}) => {
  const { status, stdout, stderr } = await bench.run('schedlab', [
    ...[...IN_GUEST, '--cases', await bench.caseFile(), '--seed', '7', '--warm-up', '0'],
    ...['--scheduler', 'fifo', '--set', 'slice_us=1000,20000,100000', '--runs', '6'],
  ]);
  expect(stderr).not.toContain('defect');
  expect(status).toBe(0);
  const { folder, ...tuning } = JSON.parse(stdout) as TuningRecord & { folder: string };
  expect(await readTuning(folder)).toEqual(tuning);
  expect(tuning).toMatchObject({ status: 'complete', test_id: 'loops', seed: 7 });
  expect(tuning.tunables).toMatchObject([{ name: 'slice_us', value: 20_000, max: 1_000_000 }]);

  // The value that the incumbent has is no candidate.
  const [round] = tuning.rounds;
  expect(tuning.rounds).toHaveLength(1);
  expect(round?.candidates.map(({ scheduler, blocks }) => [scheduler, blocks])).toEqual([
    ['fifo:slice_us=1000', 3],
    ['fifo:slice_us=100000', 3],
  ]);
  expect(round?.candidates.map(({ outcome }) => outcome).toSorted()).toEqual(['beaten', 'kept']);
  const kept = round?.candidates.find(({ outcome }) => outcome === 'kept');
  const beaten = round?.candidates.find(({ outcome }) => outcome === 'beaten');
  expect(kept?.improvement).toBeGreaterThan(beaten?.improvement as number);

  expect([round?.folder, tuning.final?.folder]).toEqual(['round-1', 'final']);

  // Both experiments are stored as any other; their runs had the values that their names say.
  const rounds = await readStoredExperiment(join(folder, round?.folder as string));
  expect(rounds.experiment.plan).toMatchObject({ baseline: 'fifo', rule: { seed: 7 } });
  const final = await readStoredExperiment(join(folder, tuning.final?.folder as string));
  expect(final.experiment.plan).toMatchObject({ baseline: 'fifo', rule: { seed: 8 } });
  for (const { scheduler } of [...rounds.runs, ...final.runs]) {
    const [, setting] = scheduler.name.split(':');
    expect(scheduler.tunables).toEqual(setting === undefined ? undefined : [setting]);
  }

  // The evidence is the final experiment's own, and the answer follows from it.
  const [, summary] = final.experiment.summaries;
  expect(tuning.final).toMatchObject({
    scheduler: kept?.scheduler,
    blocks: 6,
    improvement: summary?.improvement,
    improvement_ci95: summary?.improvement_ci95,
    smallest_detectable: summary?.smallest_detectable,
    verdict: summary?.verdict,
  });
  const isBetter = summary?.verdict === 'faster';
  expect(tuning.answer).toMatchObject({
    better: isBetter,
    use: isBetter ? kept?.scheduler : 'fifo',
  });

  const shown = await bench.run('schedlab', ['tune', '--show', folder]);
  expect(shown.status).toBe(0);
  expect(shown.stdout).toMatch(
    isBetter ? /Use fifo:slice_us=/ : /Keep the defaults of fifo; loops/,
  );
});

test('a value that makes the scheduler stall is out, and why is said', async ({ bench }) => {
  const source = await bench.file('picky.bpf.c', STALLS_UNSERVED);
  const { status, stdout } = await bench.run('schedlab', [
    ...[...IN_GUEST, '--cases', await bench.caseFile(), '--first-blocks', '1', '--warm-up', '0'],
    ...['--scheduler', source, '--set', 'served=0', '--set', 'slice_us=1000,20000', '--runs', '6'],
  ]);
  // Runs are invalid, so it is not 0; there is an answer all the same.
  expect(status).toBe(1);
  const tuning = JSON.parse(stdout) as TuningRecord;
  const [round] = tuning.rounds;
  expect(round?.candidates.map(({ scheduler }) => scheduler)).toEqual([
    'picky:served=0:slice_us=1000',
    'picky:served=0',
  ]);
  expect(tuning).toMatchObject({ status: 'complete', final: null });
  for (const candidate of round?.candidates ?? []) {
    expect(candidate).toMatchObject({ outcome: 'dropped', improvement: null });
    expect(candidate.faults.join()).toMatch(/runnable task stall/);
  }
  expect(tuning.answer).toEqual({ use: source, better: false, reason: 'no_candidate_left' });
});

test('ctrl-C keeps the round that was being measured', async ({ bench }) => {
  const command = bench.start('schedlab', [
    ...[...IN_GUEST, '--cases', await bench.caseFile(), '--warm-up', '0'],
    ...['--scheduler', 'fifo', '--set', 'slice_us=1000,5000,100000'],
  ]);
  await lineBeginning(command.stderr, 'run 2 of ');
  command.kill('SIGINT');
  const { exitCode, stdout } = await command;
  expect(exitCode).toBe(130);
  const { folder, ...tuning } = JSON.parse(String(stdout)) as TuningRecord & { folder: string };
  expect(tuning).toMatchObject({ status: 'interrupted', final: null, answer: null });
  const [round] = tuning.rounds;
  expect(new Set(round?.candidates.map(({ outcome }) => outcome))).toEqual(new Set(['undecided']));
  const stored = await readStoredExperiment(join(folder, round?.folder as string));
  expect(stored.experiment.status).toBe('interrupted');
  expect(stored.runs.length).toBeGreaterThanOrEqual(2);
});
