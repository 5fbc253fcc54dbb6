import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

// The wrapper may have to build the command from source first.
const readyWithinMilliseconds = 300_000;
const stoppedWithinMilliseconds = 30_000;

/** The `everturn` command: the repository's own, or the one that EVERTURN_COMMAND names. */
function command() {
  return process.env.EVERTURN_COMMAND ?? join(root, process.platform === 'win32' ? 'everturn.cmd' : 'everturn');
}

// Node starts no .cmd file without a shell.
const shell = process.platform === 'win32';

async function freePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}

/** A local cluster of the test's own: gateway and nodes as `everturn up` starts them. */
export class Cluster {
  #process;
  #data;
  #output = [];

  /** The gateway's base URL. */
  url;

  /** Starts a cluster and waits until all its nodes are ready. */
  static async start({ bot = 'pizza' } = {}) {
    const cluster = new Cluster();
    cluster.#data = await mkdtemp(join(tmpdir(), 'everturn-clients-'));
    const port = await freePort();
    const args = ['up', '--bot', bot, '--port', String(port), '--data', cluster.#data, '--no-browser'];
    cluster.#process = spawn(command(), args, { cwd: root, shell, stdio: ['ignore', 'pipe', 'pipe'] });

    try {
      cluster.url = await cluster.#ready();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  #ready() {
    return new Promise((resolve, reject) => {
      const fail = why => reject(new Error(`everturn up ${why}. Its output:\n${this.output}`));
      const timer = setTimeout(() => fail(`was not ready within ${readyWithinMilliseconds} ms`), readyWithinMilliseconds);
      const read = line => {
        this.#output.push(line);
        const ready = /Ready: (http:\/\/\S+)/.exec(line);
        if (ready) {
          clearTimeout(timer);
          resolve(ready[1].replace(/\/$/, ''));
        }
      };

      createInterface({ input: this.#process.stdout }).on('line', read);
      createInterface({ input: this.#process.stderr }).on('line', line => this.#output.push(line));
      this.#process.once('error', error => fail(`could not be started (${error.message})`));
      this.#process.once('exit', (code, signal) => {
        clearTimeout(timer);
        fail(`ended before it was ready (${signal ?? `exit code ${code}`})`);
      });
    });
  }

  /** What the cluster has printed so far, for the message of a failed test. */
  get output() {
    return this.#output.join('\n');
  }

  async status() {
    return JSON.parse(await this.#run('status', '--json', '--data', this.#data));
  }

  /** `everturn fault ACTION [TARGET]`. */
  async fault(action, ...target) {
    await this.#run('fault', action, ...target, '--data', this.#data);
  }

  async #run(...args) {
    const { stdout } = await promisify(execFile)(command(), args, { cwd: root, shell, timeout: 60_000 });
    return stdout;
  }

  /** Stops gateway and nodes as Ctrl-C would, and fails if they do not stop. */
  async stop() {
    const up = this.#process;
    const ended = () => up.pid === undefined || up.exitCode !== null || up.signalCode !== null;
    let forced = false;
    if (!ended()) {
      const exit = new Promise(resolve => up.once('exit', resolve));
      up.kill('SIGTERM');
      const timer = setTimeout(() => {
        forced = true;
        up.kill('SIGKILL');
      }, stoppedWithinMilliseconds);
      await exit;
      clearTimeout(timer);
    }

    await rm(this.#data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    if (forced) {
      throw new Error(`everturn up did not stop within ${stoppedWithinMilliseconds} ms of SIGTERM. Its output:\n${this.output}`);
    }
  }
}
