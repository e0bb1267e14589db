// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LabError } from './errors.ts';
import { cacheRoot } from './paths.ts';
import { runCommand } from './run-command.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What apt says of an archive or a package that is not as it was signed. */
const NOT_GENUINE =
  /Hash Sum mismatch|unexpected size|GPG error|not signed|cannot be authenticated/;

export interface Archive {
  /** Its address; without it, that of the mirror that the machine uses. */
  readonly mirror?: string;
  /** The keys that may sign it. */
  readonly keyring?: string;
}

/**
 * A Debian suite, read through an apt of our own: nothing of the machine's configuration changes.
 * apt checks the archive's signature, and by that every package: what is not as it was signed is
 * refused with a LabError, and nothing of it is unpacked.
 */
export class DebianSuite {
  readonly name: string;
  readonly #mirror: string | undefined;
  readonly #keyring: string;
  readonly #root: string;
  #updated: Promise<void> | undefined;

  constructor(name: string, { mirror, keyring = KEYRING }: Archive = {}) {
    this.name = name;
    this.#mirror = mirror;
    this.#keyring = keyring;
    this.#root = join(cacheRoot(), 'apt', name);
  }

  /** Names of the packages that `name` depends on. */
  async dependencies(name: string): Promise<string[]> {
    await this.#update();
    const text = await this.#apt('apt-cache', ['depends', '--important', name]);
    return parseDependencies(text);
  }

  /** Downloads packages and unpacks them together into `folder`, which appears only when complete. */
  async unpack(names: readonly string[], folder: string): Promise<void> {
    if (existsSync(folder)) return;
    await this.#update();
    await mkdir(dirname(folder), { recursive: true });
    const staging = await mkdtemp(`${folder}.`);
    try {
      const downloads = join(staging, '.downloads');
      await mkdir(downloads);
      await this.#apt('apt-get', ['download', ...names], downloads);
      for (const file of await readdir(downloads)) {
        await run('dpkg-deb', ['-x', join(downloads, file), staging]);
      }
      await rm(downloads, { recursive: true });
      await rename(staging, folder).catch((error: NodeJS.ErrnoException) => {
        // Somebody else was faster, with the same content.
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }

  #update(): Promise<void> {
    this.#updated ??= this.#updateLists();
    return this.#updated;
  }

  async #updateLists(): Promise<void> {
    if (!existsSync(this.#keyring)) {
      throw new LabError(
        'ENVIRONMENT',
        `Cannot check the signatures of Debian's packages: ${this.#keyring} is missing. ` +
          'Install the package debian-archive-keyring (scripts/install-deps.sh does).',
      );
    }
    await mkdir(join(this.#root, 'lists', 'partial'), { recursive: true });
    await mkdir(join(this.#root, 'cache', 'archives', 'partial'), { recursive: true });
    await writeFile(
      join(this.#root, 'sources.list'),
      `deb [signed-by=${this.#keyring}] ${this.#mirror ?? (await debianMirror())} ${this.name} main\n`,
    );
    await this.#apt('apt-get', ['update']);
  }

  #apt(program: string, args: readonly string[], cwd = '/'): Promise<string> {
    const settings = {
      'Dir::Etc::sourcelist': join(this.#root, 'sources.list'),
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::State::lists': join(this.#root, 'lists'),
      'Dir::State::status': '/dev/null',
      'Dir::Cache': join(this.#root, 'cache'),
      // The folders are ours, so apt must not change to its own user.
      'APT::Sandbox::User': '',
      // Whatever the machine's configuration allows.
      'Acquire::AllowInsecureRepositories': 'false',
      'Acquire::AllowWeakRepositories': 'false',
      'Acquire::AllowDowngradeToInsecureRepositories': 'false',
      'APT::Get::AllowUnauthenticated': 'false',
    };
    const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    return run(program, [...options, '-qq', ...args], cwd);
  }
}

/** The Debian mirror of this machine's own apt configuration. */
async function debianMirror(): Promise<string> {
  const text = await run('apt-get', ['indextargets', '--format', '$(ORIGIN)|$(CODENAME)|$(SITE)']);
  const mirror = parseMirror(text);
  if (mirror === null) {
    throw new LabError(
      'ENVIRONMENT',
      "Cannot find a Debian mirror in this machine's apt configuration. " +
        'Add one, or give a kernel with sched_ext of your own: --kernel PATH.',
    );
  }
  return mirror;
}

/** The packages that `apt-cache depends` lists, but for virtual ones and what is no package's name. */
export function parseDependencies(text: string): string[] {
  const names = text.matchAll(/Depends: ([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?$/gm);
  return Array.from(names, ([, name]) => name as string);
}

/** From lines `ORIGIN|CODENAME|SITE`, the first address of Debian's that is not for security. */
export function parseMirror(text: string): string | null {
  const targets = text.split('\n').map((line) => line.split('|'));
  const main = targets.find(
    ([origin, codename, site]) =>
      origin === 'Debian' &&
      codename &&
      // It becomes a word of a line of sources.list.
      /^[a-z+]+:[!-~]+$/.test(site ?? '') &&
      !/-security$/.test(codename) &&
      !site?.includes('security'),
  );
  return main?.[2] ?? null;
}

async function run(program: string, args: readonly string[], cwd = '/'): Promise<string> {
  const result = await runCommand(program, args, { cwd });
  if (!result.failed) return result.stdout;
  const advice = NOT_GENUINE.test(result.all)
    ? "What the mirror gave is not what the archive's keys have signed, and is not used. " +
      'Use another mirror, or give a kernel of your own: --kernel PATH.'
    : 'Check the network and the mirror in the apt configuration, then try again.';
  throw new LabError(
    'ENVIRONMENT',
    `${program} failed (${result.ending}):\n${result.all.slice(-2000)}\n${advice}`,
  );
}
