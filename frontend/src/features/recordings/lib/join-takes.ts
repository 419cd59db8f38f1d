/**
 * Makes one file of several takes of the same microphone. Ogg may simply be chained. In WebM the clusters of
 * the later takes are appended with their time codes moved to where the take begins.
 */
interface Take {
  fromMs: number;
  bytes: Uint8Array<ArrayBuffer>;
}

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TIMECODE = 0xe7;
const UNKNOWN = Number.POSITIVE_INFINITY;

export const canJoin = (mediaType: string): boolean => /^audio\/(webm|ogg)/.test(mediaType);

export function joinTakes(mediaType: string, takes: Take[]): Uint8Array<ArrayBuffer> {
  if (mediaType.startsWith('audio/ogg')) return concat(takes.map((take) => take.bytes));
  return concat(takes.flatMap((take, index) => (index === 0 ? [openEnded(take.bytes)] : clusters(take.bytes, take.fromMs))));
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

interface Element {
  id: number;
  /** Of its content. */
  start: number;
  size: number;
  at: number;
}

function readElement(bytes: Uint8Array, at: number): Element | null {
  const first = bytes[at];
  if (!first) return null;
  const idLength = Math.clz32(first) - 23;
  if (idLength > 4 || at + idLength >= bytes.length) return null;
  let id = 0;
  for (let index = 0; index < idLength; index += 1) id = id * 256 + (bytes[at + index] ?? 0);
  const sizeAt = at + idLength;
  const lead = bytes[sizeAt];
  if (!lead) return null;
  const sizeLength = Math.clz32(lead) - 23;
  if (sizeAt + sizeLength > bytes.length) return null;
  let size = lead & (0xff >> sizeLength);
  let allOnes = size === 0xff >> sizeLength;
  for (let index = 1; index < sizeLength; index += 1) {
    const byte = bytes[sizeAt + index] ?? 0;
    size = size * 256 + byte;
    allOnes &&= byte === 0xff;
  }
  return { id, at, start: sizeAt + sizeLength, size: allOnes ? UNKNOWN : size };
}

/** Goes through the elements of a segment; into the segment and into clusters, over all else. */
function* walk(bytes: Uint8Array): Generator<Element> {
  let at = 0;
  for (let element = readElement(bytes, at); element; element = readElement(bytes, at)) {
    yield element;
    const inside = element.id === SEGMENT || element.id === CLUSTER;
    if (!inside && element.start + element.size > bytes.length) return;
    at = inside ? element.start : element.start + element.size;
  }
}

const eight = (lead: number[], value: number): Uint8Array => {
  const bytes = new Uint8Array(lead.length + 8);
  bytes.set(lead);
  new DataView(bytes.buffer).setBigUint64(lead.length, BigInt(Math.max(0, Math.round(value))));
  return bytes;
};

const OPEN_CLUSTER = new Uint8Array([0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

/** The first take with a segment that has no end, so that more may follow. */
function openEnded(bytes: Uint8Array): Uint8Array {
  for (const element of walk(bytes)) {
    if (element.id !== SEGMENT) continue;
    const head = bytes.slice(0, element.at);
    const segment = new Uint8Array([0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    return concat([head, segment, bytes.subarray(element.start, wholeUntil(bytes))]);
  }
  return bytes;
}

/** Where the last whole element ends: a take that was broken off may stop inside of one. */
function wholeUntil(bytes: Uint8Array): number {
  let end = 0;
  for (const element of walk(bytes)) {
    const until = element.id === SEGMENT || element.id === CLUSTER ? element.start : element.start + element.size;
    if (until <= bytes.length) end = until;
  }
  return end;
}

function clusters(bytes: Uint8Array, fromMs: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let began = false;
  for (const element of walk(bytes)) {
    if (element.id === CLUSTER) {
      began = true;
      parts.push(OPEN_CLUSTER);
    } else if (began && element.start + element.size <= bytes.length) {
      if (element.id === TIMECODE) {
        let time = 0;
        for (let index = 0; index < element.size; index += 1) time = time * 256 + (bytes[element.start + index] ?? 0);
        parts.push(eight([TIMECODE, 0x88], time + fromMs));
      } else if (element.id !== 0x1c53bb6b) { // not the cues: their places are those of the old file
        parts.push(bytes.subarray(element.at, element.start + element.size));
      }
    }
  }
  return parts;
}
