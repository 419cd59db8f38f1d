import { expect, it } from 'vitest';

import { joinTakes } from './join-takes';

const UNKNOWN = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const head = [0x1a, 0x45, 0xdf, 0xa3, 0x81, 0x00];
const segment = [0x18, 0x53, 0x80, 0x67, ...UNKNOWN];
const tracks = [0x16, 0x54, 0xae, 0x6b, 0x81, 0x07];
const cluster = (time: number, block: number) => [0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN, 0xe7, 0x82, time >> 8, time & 255, 0xa3, 0x82, 0x81, block];
const moved = (time: number, block: number) => [0x1f, 0x43, 0xb6, 0x75, ...UNKNOWN, 0xe7, 0x88, 0, 0, 0, 0, 0, time >> 16, (time >> 8) & 255, time & 255, 0xa3, 0x82, 0x81, block];

it('appends the clusters of the second take at their place in time and leaves out a piece cut off', () => {
  const first = new Uint8Array([...head, ...segment, ...tracks, ...cluster(0, 1), ...cluster(500, 2), 0xa3, 0x84, 0x81]);
  const second = new Uint8Array([...head, ...segment, ...tracks, ...cluster(0, 3), ...cluster(700, 4)]);
  const joined = joinTakes('audio/webm;codecs=opus', [{ fromMs: 0, bytes: first }, { fromMs: 90_000, bytes: second }]);
  expect([...joined]).toEqual([
    ...head, ...segment, ...tracks, ...cluster(0, 1), ...cluster(500, 2), ...moved(90_000, 3), ...moved(90_700, 4),
  ]);
});

it('chains Ogg as it is', () => {
  const takes = [{ fromMs: 0, bytes: new Uint8Array([1, 2]) }, { fromMs: 5, bytes: new Uint8Array([3]) }];
  expect([...joinTakes('audio/ogg;codecs=opus', takes)]).toEqual([1, 2, 3]);
});
