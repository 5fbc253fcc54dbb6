import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Cluster } from './cluster.mjs';
import { Conversation } from './conversation.mjs';

const count = 200;
const toppings = Array.from({ length: count }, (_, index) => `t${index + 1}`);
const arrivalMilliseconds = 60_000;

let cluster;
let url = process.env.EVERTURN_URL?.replace(/\/$/, '');

before(async () => {
  if (!url) {
    cluster = await Cluster.start();
    url = cluster.url;
  }
});

after(() => cluster?.stop());

/** Sends every topping, one after the other, and does what `events` says before sending the one of that number. */
async function sendAll(conversation, events = {}) {
  const ids = [];
  for (const [index, topping] of toppings.entries()) {
    await events[index]?.();
    ids.push(await conversation.send(topping));
  }

  return ids;
}

/** Waits for all echoes and replies, then checks that none is missing, doubled or out of order. */
async function assertEverythingArrivedOnce(conversation, ids) {
  const { received } = conversation;
  const all = () => conversation.echoes.length >= count && conversation.replies.length >= count;
  await conversation.until(all, arrivalMilliseconds, `${count} echoes and ${count} replies`);

  // Whatever would come too often or too late comes before the answer to one more message.
  await conversation.send('start over');
  await conversation.until(() => conversation.replies.length > count, arrivalMilliseconds, 'the answer to the last message');

  assert.equal(new Set(received.map(activity => activity.id)).size, received.length, 'no id twice');
  const echoes = conversation.echoes.slice(0, count);
  const replies = conversation.replies.slice(0, count);
  assert.deepEqual(echoes.map(echo => echo.text), toppings, 'echoes, in the order of sending');
  assert.deepEqual(
    replies.map(reply => reply.text),
    toppings.map((_, index) => `pizza with ${toppings.slice(0, index + 1).join(' and ')}`),
    'replies, each with one topping more than the one before'
  );
  assert.equal(conversation.echoes.length, count + 1, 'no echo too many');
  assert.equal(conversation.replies.length, count + 1, 'no reply too many');

  assert.deepEqual(echoes.map(echo => echo.id), ids, 'a message has the id that its post was answered with');
  assert.deepEqual(replies.map(reply => reply.replyToId), ids, 'a reply names the message that it answers');

  const numbers = received.map(activity => activity.channelData?.['webchat:sequence-id']);
  assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b), 'handed on in the order of the conversation');
  for (const [index, reply] of replies.entries()) {
    assert.ok(received.indexOf(reply) > received.indexOf(echoes[index]), `reply ${index + 1} comes after its message`);
  }
}

async function converse(options, run) {
  const conversation = await Conversation.start(url, options);
  try {
    await run(conversation);
  } catch (error) {
    throw cluster ? new Error(`${error.message}\nThe cluster printed:\n${cluster.output}`, { cause: error }) : error;
  } finally {
    conversation.end();
  }
}

test('200 messages through a WebSocket that is cut twice arrive once and in order', { timeout: 180_000 }, () =>
  converse({ webSocket: true }, async conversation => {
    const ids = await sendAll(conversation, {
      50: () => conversation.cut(),
      // The messages in between were sent without a socket; the second cut needs one.
      140: () => conversation.until(() => conversation.opened === 2, arrivalMilliseconds, 'the second socket'),
      150: () => conversation.cut()
    });

    await assertEverythingArrivedOnce(conversation, ids);
    assert.equal(conversation.opened, 3, 'sockets opened');
  }));

test('200 messages by polling arrive once and in order', { timeout: 180_000 }, () =>
  converse({ webSocket: false }, async conversation => {
    const ids = await sendAll(conversation);

    await assertEverythingArrivedOnce(conversation, ids);
    assert.equal(conversation.opened, 0, 'sockets opened');
  }));

for (const webSocket of [true, false]) {
  const way = webSocket ? 'through a WebSocket' : 'by polling';

  test(`200 messages ${way} arrive once and in order although the answering node is killed`, { timeout: 180_000 }, async t => {
    if (!cluster) {
      t.skip('EVERTURN_URL names a cluster that is not ours to break');
      return;
    }

    await converse({ webSocket }, async conversation => {
      const killed = [];
      const killAnswering = async () => {
        await conversation.until(() => conversation.replies.length > 0, arrivalMilliseconds, 'a reply');
        const { node } = conversation.replies.at(-1).channelData.everturn;
        killed.push(node);
        await cluster.fault('kill', node);
      };

      const ids = await sendAll(conversation, { 100: killAnswering });
      await assertEverythingArrivedOnce(conversation, ids);

      const last = conversation.replies.at(-1).channelData.everturn.node;
      assert.ok(!killed.includes(last), `${last} answers after it was killed`);
      assert.equal(conversation.opened, webSocket ? 1 : 0, 'the client kept its one socket');
      await cluster.fault('heal');
    });
  });
}
