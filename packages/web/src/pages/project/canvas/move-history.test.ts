import { expect, test } from 'vitest';
import { dropMove, emptyHistory, type Move, planStep, recordMove, stepHistory } from './move-history.ts';

const at = (x: number, y = 0) => ({ x, y });
const moveOf = (id: string, from: number, to: number): Move => ({
  kind: 'move',
  changes: new Map([[id, { from: at(from), to: at(to) }]]),
});

test('an undo goes back, and a redo goes forth again', () => {
  const move = moveOf('a', 0, 100);
  expect(planStep(move, 'undo', new Map([['a', at(100)]]))).toEqual({
    positions: [{ nodeId: 'a', x: 0, y: 0 }],
    movedByOthers: [],
  });
  expect(planStep(move, 'redo', new Map([['a', at(0)]])).positions).toEqual([{ nodeId: 'a', x: 100, y: 0 }]);
});

test('what somebody else has moved meanwhile stays where they put it; what is gone is not spoken of', () => {
  const changes = new Map([
    ['mine', { from: at(0), to: at(10) }],
    ['theirs', { from: at(0), to: at(10) }],
    ['gone', { from: at(0), to: at(10) }],
  ]);
  const shown = new Map([
    ['mine', at(10.2)],
    ['theirs', at(500)],
  ]);
  expect(planStep({ kind: 'move', changes }, 'undo', shown)).toEqual({
    positions: [{ nodeId: 'mine', x: 0, y: 0 }],
    movedByOthers: ['theirs'],
  });
});

test('a new move ends what could be done again, and the list has an end', () => {
  let history = recordMove(emptyHistory, moveOf('a', 0, 1));
  history = stepHistory(history, 'undo');
  expect(history.future).toHaveLength(1);
  history = recordMove(history, moveOf('a', 0, 2));
  expect(history.future).toEqual([]);
  for (let count = 0; count < 300; count++) history = recordMove(history, moveOf('a', count, count + 1));
  expect(history.past).toHaveLength(100);
  expect(history.past.at(-1)?.changes.get('a')?.to).toEqual(at(300));
});

test('a move that was refused can be neither undone nor done again', () => {
  const move = moveOf('a', 0, 1);
  const history = stepHistory(recordMove(recordMove(emptyHistory, moveOf('b', 0, 1)), move), 'undo');
  expect(dropMove(history, move)).toEqual({ past: history.past, future: [] });
});

test('there is nothing to undo at first', () => {
  expect(stepHistory(emptyHistory, 'undo')).toEqual(emptyHistory);
  expect(stepHistory(emptyHistory, 'redo')).toEqual(emptyHistory);
});
