// SPDX-License-Identifier: Apache-2.0
import type { ExperimentRecord } from '../../results/experiment-record.ts';
import type { StoredExperiment } from '../../results/read.ts';
import type { CaseView } from '../case-view.ts';
import { oneLine, perCent } from '../text.ts';
import { html, type Markup } from './markup.ts';
import { nameOf } from './words.ts';

/** So many blocks show that the order changes. */
const MOST_BLOCKS = 60;

/** How it was measured, what proves a run, and what the words mean. */
export function methodSection(stored: StoredExperiment, cases: readonly CaseView[]): Markup {
  const { experiment } = stored;
  return html`<section id="method" aria-labelledby="method-title"><h2 id="method-title">How it was measured</h2>
<div class="columns"><div>
<p>All tasks of a run stand at a barrier and are released at one instant, or where the case says so each at its own, under one scheduler. A block has one run of each scheduler of a case, in an order drawn anew for each block${experiment.plan.rule && html` (seed ${experiment.plan.rule.seed})`}, so that a machine that drifts hits all alike. The improvement is that of the paired runs of a block.</p>
<ul>${cases.map(({ testId }) => caseLine(testId, stored))}</ul>
<p>${ruleInWords(experiment)}</p>
${orderOfArms(stored)}
</div><div>
<h3>What proves a run</h3>
<p>A run counts only if all of this holds; otherwise it is kept, with its reasons, and not counted.</p>
<ul class="proofs">${PROOFS.map((proof) => html`<li>${proof}</li>`)}</ul>
</div></div>
<h3>What the words mean</h3>
<dl class="words">${WORDS.map(([word, meaning]) => html`<div><dt>${word}</dt><dd>${meaning}</dd></div>`)}</dl>
</section>`;
}

const PROOFS = [
  'The kernel names the scheduler as the one in charge when all tasks stand at the barrier, and again after the last one has ended, with no other enabled in between. For the baseline it says that none is.',
  'The loader reports no ejection.',
  'The release woke every task, and how long that took is stored.',
  'Every task exits with 0 and, where that can be checked, prints what the same work prints elsewhere.',
  "Times are taken by a process with a real-time priority, and the clock of the place agrees with the machine's.",
];

const WORDS: readonly (readonly [string, string])[] = [
  [
    'Makespan',
    'From the release of the tasks, or of the first of them, to the end of the last one.',
  ],
  [
    'Lower bound, the limit',
    "The greater of the longest task's CPU time and the total CPU time / CPUs, from the same run, each counted from its release. No schedule of that work on those CPUs ends sooner.",
  ],
  ['Makespan ratio', 'Makespan / lower bound. 1 is perfect.'],
  [
    'Improvement, less makespan',
    '1 − the geometric mean, over the blocks, of makespan / makespan under the baseline. It can exceed the limit, because the work itself may take less CPU time when it is switched less often.',
  ],
  [
    '95 % interval',
    'Nineteen of twenty such experiments give an interval that holds the true value.',
  ],
  [
    'p',
    'How often chance alone would give a difference like this one, by exchanging the runs of each block. Adjusted: for all comparisons of the experiment, by Holm. Above 0.05 nothing is shown.',
  ],
  [
    'Representative run',
    'The valid run with the median makespan; of an even number the lower middle one.',
  ],
  ['Wait', 'Ready to run, and not on a CPU.'],
  [
    'Fairness',
    "Jain's index of the tasks' slowdown (time from release to end / CPU time): 1 when all are slowed alike, 1 / tasks when one has all.",
  ],
  [
    'Outlier',
    "Far from its arm's median makespan, in units of 1.4826 × the median absolute deviation. It counts all the same.",
  ],
];

function caseLine(testId: string, { experiment, runs }: StoredExperiment): Markup {
  const entry = experiment.plan.cases.find((planned) => planned.test_id === testId);
  const blocks = new Set(
    runs.filter((run) => run.test_id === testId && !run.warm_up).map((run) => run.block),
  ).size;
  const end = experiment.case_ends?.find((planned) => planned.test_id === testId);
  const reasons = {
    precise: ', until the interval was narrow enough',
    most_blocks: ', the most that were allowed',
    max_time: ', until the time was up',
    too_few_valid: ', given up because fewer than half of them were valid',
  };
  const tasks = entry ? `${entry.short_tasks} short and ${entry.long_tasks} long tasks, ` : '';
  return html`<li>${nameOf(testId)}: ${tasks}${blocks} ${blocks === 1 ? 'block' : 'blocks'}${end && reasons[end.reason]}.</li>`;
}

function ruleInWords({ plan }: ExperimentRecord): string {
  const { rule } = plan;
  const size = plan.scale === 1 ? '' : ` The work is ${plan.scale} times its usual size.`;
  const limit = `A run may take ${plan.timeout_s} s.${size}`;
  if (!rule || rule.fewest_blocks === rule.most_blocks) {
    return `The number of blocks was set before the first run. ${limit}`;
  }
  const time = rule.max_time_s === null ? '' : `, or after ${rule.max_time_s} s`;
  return `The rule, set before the first run: a case has at least ${rule.fewest_blocks} and at most ${rule.most_blocks} blocks; in between it ends when half of the improvement's 95 % interval is at most ${perCent(rule.precision)} %${time}. Only the interval's width decides, never where it lies. ${limit}`;
}

/** Which arm ran when, block by block. */
function orderOfArms({ experiment, runs }: StoredExperiment): Markup {
  const blocks = new Map<string, string[]>();
  for (const run of runs) {
    if (run.warm_up) continue;
    const key = `${oneLine(run.test_id, 40)}, block ${run.block}`;
    const arms = blocks.get(key);
    if (arms) arms.push(run.scheduler.name);
    else blocks.set(key, [run.scheduler.name]);
  }
  const shown = [...blocks].slice(0, MOST_BLOCKS);
  const more = blocks.size - shown.length;
  return html`<details><summary>The order of the ${runs.length} runs${experiment.plan.rule && ` (seed ${experiment.plan.rule.seed})`}</summary>
<ol class="order">${shown.map(([block, arms]) => html`<li><bdi>${block}</bdi>: ${arms.map((arm, place) => html`${place > 0 && ', '}${nameOf(arm, 40)}`)}</li>`)}</ol>
${more > 0 && html`<p>${more} more blocks are in runs.ndjson.</p>`}</details>`;
}
