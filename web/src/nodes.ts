import { announce, create, part } from './dom';
import { hueOf } from './nodeColors';
import type { ClusterStatus, FaultAction, NodeState, NodeStatus, RegionStatus } from './cluster';

type Send = (action: FaultAction, target: string) => Promise<void>;

const offered: Record<NodeState, readonly FaultAction[]> = {
  ready: ['pause', 'kill'],
  paused: ['resume', 'kill'],
  starting: ['kill'],
  dead: ['start']
};

const labels = {
  pause: 'Pause',
  resume: 'Resume',
  start: 'Start',
  kill: 'Kill',
  'kill-region': 'Kill region',
  'start-region': 'Start region'
} as const;

type Offer = keyof typeof labels;

/** The list of regions and nodes. Elements stay in place while their state changes, so that focus stays too. */
export class NodesView {
  readonly #send: Send;
  readonly #regions = new Map<string, HTMLElement>();
  readonly #nodes = new Map<string, HTMLElement>();
  readonly #states = new Map<string, NodeState>();
  #layout = '';

  constructor(send: Send) {
    this.#send = send;
  }

  update({ regions }: ClusterStatus): void {
    const layout = JSON.stringify(regions.map(region => [region.name, region.nodes.map(node => node.name)]));
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#build(regions);
    }

    for (const region of regions) {
      this.#updateRegion(region);
    }

    const changed = regions.flatMap(region => region.nodes).filter(node => this.#updateNode(node));
    if (changed.length > 0) {
      announce(changed.map(node => `${node.name} is ${node.state}`).join(', '));
    }
  }

  #build(regions: RegionStatus[]): void {
    this.#regions.clear();
    this.#nodes.clear();
    part('regions').replaceChildren(...regions.map(region => this.#buildRegion(region)));
  }

  #buildRegion(region: RegionStatus): HTMLElement {
    const titleId = `region-title-${region.name}`;
    const element = create(
      'section',
      'region',
      { 'data-testid': `region-${region.name}`, 'aria-labelledby': titleId },
      create(
        'header',
        'region-head',
        {},
        create('h3', '', { id: titleId }, region.name),
        create('span', 'region-health'),
        create('span', 'actions', {}, this.#button('start-region', region.name), this.#button('kill-region', region.name))
      ),
      create('ul', 'nodes', {}, ...region.nodes.map(node => this.#buildNode(node)))
    );
    this.#regions.set(region.name, element);
    return element;
  }

  #buildNode(node: NodeStatus): HTMLElement {
    const element = create(
      'li',
      'node',
      { 'data-testid': `node-${node.name}`, tabindex: '-1', style: `--hue: ${hueOf(node.name)}` },
      create('span', 'dot', { 'aria-hidden': 'true' }),
      create('span', 'node-name', {}, node.name),
      create('span', 'state'),
      create(
        'span',
        'actions',
        {},
        ...(['pause', 'resume', 'start', 'kill'] as const).map(action => this.#button(action, node.name))
      )
    );
    this.#nodes.set(node.name, element);
    return element;
  }

  #button(action: Offer, target: string): HTMLButtonElement {
    const label = labels[action];
    const name = action.endsWith('-region') ? label.replace('region', `region ${target}`) : `${label} ${target}`;
    const button = create(
      'button',
      'button',
      {
        type: 'button',
        'aria-label': name,
        'data-testid': `${action}-${target}`,
        'data-action': action,
        ...(action.startsWith('kill') ? { 'data-tone': 'danger' } : {})
      },
      label
    );

    button.addEventListener('click', async () => {
      if (button.ariaBusy === 'true') {
        return;
      }

      button.ariaBusy = 'true';
      try {
        await this.#send(action, target);
      } finally {
        button.ariaBusy = 'false';
      }
    });
    return button;
  }

  #updateRegion({ name, healthy, nodes }: RegionStatus): void {
    const element = this.#regions.get(name)!;
    const ready = nodes.filter(node => node.state === 'ready').length;
    element.dataset['healthy'] = String(healthy);
    element.querySelector('.region-health')!.textContent = `${ready} of ${nodes.length} ready`;
    this.#offer(element.querySelector<HTMLElement>('.region-head')!, [
      ...(nodes.some(node => node.state === 'dead') ? (['start-region'] as const) : []),
      ...(nodes.some(node => node.state !== 'dead') ? (['kill-region'] as const) : [])
    ]);
  }

  /** Whether the node's state differs from the one shown before. */
  #updateNode({ name, state, pid, url }: NodeStatus): boolean {
    const element = this.#nodes.get(name)!;
    element.title = [url, pid ? `process ${pid}` : ''].filter(Boolean).join(', ');

    const before = this.#states.get(name);
    if (before === state && element.dataset['state'] === state) {
      return false;
    }

    this.#states.set(name, state);
    element.dataset['state'] = state;
    element.querySelector('.state')!.textContent = state;
    this.#offer(element, offered[state] ?? []);
    return before !== undefined && before !== state;
  }

  /** Shows the buttons that make sense now; a focus that would be lost with its button moves to a neighbour. */
  #offer(element: HTMLElement, actions: readonly FaultAction[]): void {
    const buttons = [...element.querySelectorAll<HTMLButtonElement>('button')];
    const focused = buttons.find(button => button === document.activeElement);
    for (const button of buttons) {
      button.hidden = !actions.includes(button.dataset['action'] as FaultAction);
    }

    if (focused?.hidden) {
      (buttons.find(button => !button.hidden) ?? element).focus();
    }
  }
}
