// The page of a bundle: works out again, in the reader's browser, what the bundle says of itself.
//
// What it reads stands in the page itself: no network, no neighbours. Hashes are SHA-256;
// leaves and inclusion are RFC 6962 and RFC 9162; seals are DSSE envelopes over acts; Ed25519 is RFC 8032,
// by the browser's own WebCrypto, or by the few lines below where it has none.
"use strict";

const utf8 = new TextEncoder();
const bytesOf = (text) => utf8.encode(text);
const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const same = (a, b) => a.length === b.length && a.every((byte, n) => byte === b[n]);
const lines = (text) => text.split("\n").filter((line) => line !== "");

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// --- SHA-256 and SHA-512 ----------------------------------------------------------------------

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

async function sha512(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
}

// --- Ed25519, for browsers whose WebCrypto lacks it (RFC 8032 §5.1.7, cofactorless) -----------

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const ROOT = 19681161376707505956807079304988542015446066515923890162744021073123829784752n;
const BASE = [
  15112221349535400772501151409588531511454012693041857206046113283949847762202n,
  46316835694926478169428394003475163141307993866256225615783033603165251855960n,
];
const mod = (n, m = P) => ((n % m) + m) % m;

function power(base, exponent) {
  let result = 1n;
  for (let square = mod(base); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const extended = ([x, y]) => [x, y, 1n, mod(x * y)];

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar, point) {
  let result = [0n, 1n, 1n, 0n];
  for (; scalar > 0n; scalar >>= 1n) {
    if (scalar & 1n) result = add(result, point);
    point = add(point, point);
  }
  return result;
}

function little(bytes) {
  return BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
}

function decompress(bytes) {
  const told = little(bytes);
  const y = told & ((1n << 255n) - 1n);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT);
  if (mod(x * x) !== square) return null;
  if (x === 0n && told >> 255n) return null;
  if ((x & 1n) !== told >> 255n) x = P - x;
  return [x, y];
}

async function ed25519Slowly(key, message, signature) {
  const [a, r] = [decompress(key), decompress(signature.slice(0, 32))];
  const s = little(signature.slice(32));
  if (!a || !r || s >= ORDER) return false;
  const k = mod(little(await sha512(joined(signature.slice(0, 32), key, message))), ORDER);
  const left = times(s, extended(BASE));
  const right = add(extended(r), times(k, extended(a)));
  return mod(left[0] * right[2]) === mod(right[0] * left[2]) && mod(left[1] * right[2]) === mod(right[1] * left[2]);
}

let byBrowser = null;

async function ed25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (byBrowser === null) {
    try {
      await crypto.subtle.importKey("raw", fromHex("58".padEnd(64, "6")), "Ed25519", false, ["verify"]);
      byBrowser = true;
    } catch {
      byBrowser = false;
    }
  }
  if (!byBrowser) return ed25519Slowly(key, message, signature);
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, message);
  } catch {
    return false;
  }
}

// --- the tree -----------------------------------------------------------------------------------

const leafHash = (entry) => sha256(joined(Uint8Array.of(0), entry));
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

// RFC 9162 §2.1.3.2.
async function included(index, size, leaf, path, root) {
  if (index >= size) return false;
  let [fn, sn, r] = [index, size - 1, leaf];
  for (const hash of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = await nodeHash(hash, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else {
      r = await nodeHash(r, hash);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && same(r, root);
}

// --- what is found ------------------------------------------------------------------------------

const found = []; // {place, index, what}: everything that does not hold
const bad = (place, index, what) => found.push({ place, index, what });

async function checkFiles(bundle) {
  for (const [path, text] of Object.entries(bundle.files)) {
    const expected = bundle.sums[path];
    if (hex(await sha256(bytesOf(text))) !== expected) bad(path, null, "不是清单所列的字节 not the bytes that the manifest lists");
  }
}

async function checkCheckpoint(bundle) {
  const note = bundle.checkpoint;
  const [text, signed] = [note.slice(0, note.indexOf("\n\n") + 1), note.slice(note.indexOf("\n\n") + 2)];
  const [origin, size, root] = text.split("\n");
  const head = { origin, size: Number(size), root: fromBase64(root), keys: [] };
  const cover = bundle.cover;
  if (origin !== cover.origin || head.size !== cover.size || hex(head.root) !== cover.root) {
    bad("checkpoint", null, "不是封面所说的日志 not the log of the cover");
  }
  for (const vkey of bundle.log_keys) {
    const raw = fromBase64(vkey.split("+").slice(2).join("+"));
    if (raw[0] !== 1) continue;
    const id = (await sha256(joined(bytesOf(`${origin}\n`), raw))).slice(0, 4);
    for (const line of lines(signed)) {
      const payload = fromBase64(line.split(" ").pop());
      if (!same(payload.slice(0, 4), id)) continue;
      if (await ed25519(raw.slice(1), bytesOf(text), payload.slice(4))) head.keys.push(vkey);
    }
  }
  if (head.keys.length === 0) bad("checkpoint", null, "不是日志密钥的签名 not signed by the log's key");
  return head;
}

const TAIL = /,"recorded_at":"([^"]{27})","seal":"([0-9a-f]{64})"}$/;
const START = '{"entry":1,"event":';

function parseEntryLine(line) {
  const told = JSON.parse(line);
  if (told.hidden !== undefined) return { index: told.index, hidden: told.hidden };
  const entry = line.slice('{"entry":'.length, line.lastIndexOf(',"index":'));
  const tail = TAIL.exec(entry);
  if (!tail || !entry.startsWith(START)) throw new Error("no entry");
  const event = entry.slice(START.length, tail.index);
  return { index: told.index, entry, event, told: JSON.parse(event), at: tail[1], seal: tail[2] };
}

async function readEntries(bundle) {
  const entries = [];
  for (const line of lines(bundle.entries)) {
    try {
      entries.push(parseEntryLine(line));
    } catch {
      bad("entries", null, `读不出 cannot be read: ${line.slice(0, 60)}`);
    }
  }
  return entries;
}

async function checkInclusion(bundle, head, entries) {
  const paths = new Map();
  for (const line of lines(bundle.proofs)) {
    const told = JSON.parse(line);
    paths.set(told.index, told.hashes.map(fromBase64));
  }
  for (const each of entries) {
    const leaf = each.hidden ? fromHex(each.hidden) : await leafHash(bytesOf(each.entry));
    const path = paths.get(each.index);
    paths.delete(each.index);
    if (!path || !(await included(each.index, head.size, leaf, path, head.root))) {
      bad(each.told ? each.told.record : "hidden", each.index, "不在所签的日志里 not in the signed log");
      each.bad = true;
    }
  }
  for (const index of paths.keys()) bad("entries", index, "缺失 is missing");
}

function checkHistories(bundle, entries) {
  const counts = new Map(bundle.records.map((each) => [each.record, each.events]));
  const seen = new Map();
  for (const each of entries) {
    if (each.hidden) continue;
    const { record, version, prev } = each.told;
    const last = seen.get(record) || { version: 0, digest: "0".repeat(64) };
    const follows = version === last.version + 1 && prev === last.digest;
    if (!follows && !(bundle.part && last.version === 0)) {
      bad(record, each.index, "不接前一事件 does not follow the record's event before it");
      each.bad = true;
    }
    seen.set(record, { version, digest: each.digest });
  }
  if (bundle.part) return;
  for (const [record, count] of counts) {
    const shown = (seen.get(record) || { version: 0 }).version;
    if (bundle.hidden_records.includes(record) || shown === count) continue;
    bad(record, null, `应有 ${count} 件事件，现有 ${shown} should have ${count} events, has ${shown}`);
  }
}

function keyLives(entries) {
  const lives = new Map();
  for (const each of entries) {
    if (each.hidden || !each.told.record.startsWith("key/")) continue;
    const [id, body] = [each.told.record.slice(4), each.told.body];
    const life = lives.get(id) || { ends: Infinity };
    const kind = each.told.kind.replace(/\/\d+$/, "");
    if (kind === "key.enrolled") {
      Object.assign(life, { officer: body.officer, suite: body.suite, public: body.public, from: each.index, grade: body.grade });
    }
    if (kind === "key.revoked" || kind === "key.retired") life.ends = Math.min(life.ends, each.index);
    if (kind === "key.revoked" && Number.isInteger(body.compromised_since)) life.ends = Math.min(life.ends, body.compromised_since);
    lives.set(id, life);
  }
  return lives;
}

const partly = new Set(); // suites of which this page can check a part only

async function sealHolds(envelope, act, life) {
  if (!life || life.from === undefined) return "密钥未登记 its key is not here";
  const canonical = `{"public":[${life.public.map((each) => JSON.stringify(each)).join(",")}],"suite":"${life.suite}"}`;
  if (hex(await sha256(bytesOf(canonical))) !== act.key) return "密钥编号不符 its key's id is not that of its public part";
  if (life.officer !== act.actor) return "不是其本人的密钥 another officer's key";
  if (!life.suite.startsWith("ed25519")) {
    partly.add(life.suite);
    return null;
  }
  if (life.suite !== "ed25519") partly.add(life.suite);
  const payload = fromBase64(envelope.payload);
  const pae = joined(bytesOf(`DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${payload.length} `), payload);
  const signature = fromBase64(envelope.signatures[0].sig);
  return (await ed25519(fromBase64(life.public[0]), pae, signature)) ? null : "签名不符 the signature does not hold";
}

async function checkSeals(bundle, entries) {
  const lives = keyLives(entries);
  const seals = new Map();
  for (const line of lines(bundle.seals)) seals.set(hex(await sha256(bytesOf(line))), JSON.parse(line));
  const acts = new Map();
  for (const each of entries) {
    if (each.hidden) continue;
    const envelope = seals.get(each.seal);
    if (!envelope) {
      bad(each.told.record, each.index, "没有签封 its seal is missing");
      each.bad = true;
      continue;
    }
    if (!acts.has(each.seal)) {
      const act = JSON.parse(new TextDecoder().decode(fromBase64(envelope.payload)));
      const life = lives.get(act.key);
      const first = each.index - act.events.indexOf(each.digest);
      let wrong = await sealHolds(envelope, act, life);
      if (!wrong && act.ledger !== bundle.cover.origin) wrong = "属于另一日志 an act of another ledger";
      if (!wrong && first !== 0 && !(life.from < first)) wrong = "密钥当时尚未登记 its key was not enrolled yet";
      if (!wrong && first >= life.ends) wrong = "密钥当时已停用 its key was not good any more";
      acts.set(each.seal, { act, wrong, life, first });
    }
    const { act, wrong, life, first } = acts.get(each.seal);
    Object.assign(each, { actor: act.actor, behalf: act.on_behalf_of, basis: act.basis, grade: life ? life.grade : "" });
    const inPlace = act.events[each.index - first] === each.digest;
    const problem = inPlace ? wrong : "签封不含此处的事件 its seal is not over this event at this place";
    if (problem) {
      bad(each.told.record, each.index, problem);
      each.bad = true;
    }
  }
  checkCounts(bundle, { entries: entries.length, hidden: entries.filter((each) => each.hidden).length });
  return acts.size;
}

function checkCounts(bundle, shown) {
  if (bundle.part) return;
  const told = bundle.cover.counts;
  for (const [name, count] of Object.entries(shown)) {
    if (told[name] !== count) bad("bundle.json", null, `封面称 ${name} 为 ${told[name]}，现有 ${count} the cover says ${told[name]}, here are ${count}`);
  }
}

function checkFounding(bundle, entries) {
  const founding = entries.find((each) => each.index === 0);
  if (founding && !founding.hidden && founding.seal !== bundle.cover.founding) {
    bad(founding.told.record, 0, "不是封面所说的设立 not the founding act of the cover");
  }
}

// --- what is shown ------------------------------------------------------------------------------

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function tableOf(headings, rows) {
  const table = element("table");
  const head = table.createTHead().insertRow();
  for (const each of headings) head.append(element("th", each));
  const body = table.createTBody();
  for (const { cells, className } of rows) {
    const row = body.insertRow();
    if (className) row.className = className;
    for (const each of cells) row.append(element("td", each));
  }
  return table;
}

function parseCsv(text) {
  const [rows, row] = [[], []];
  let [cell, quoted] = ["", false];
  for (let n = 0; n < text.length; n++) {
    const c = text[n];
    if (quoted) {
      if (c === '"' && text[n + 1] === '"') cell += text[++n];
      else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"') quoted = true;
    else if (c === "," || c === "\n") {
      row.push(cell);
      cell = "";
      if (c === "\n") rows.push(row.splice(0));
    } else cell += c;
  }
  return rows;
}

const localTime = (at, offset) => {
  const minutes = (offset.startsWith("-") ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6)));
  return new Date(Date.parse(at) + minutes * 60000).toISOString().slice(0, 16).replace("T", " ");
};

function showRecords(bundle, entries, into) {
  const names = new Map();
  for (const each of entries) {
    if (!each.hidden && each.told.kind.startsWith("officer.enrolled/")) names.set(each.told.record, each.told.body.name);
  }
  const who = (each) => {
    const name = names.get(each.actor) || each.actor || "?";
    return each.behalf ? `${name}（代 for ${names.get(each.behalf) || each.behalf}）` : name;
  };
  const histories = new Map();
  for (const each of entries) {
    const record = each.hidden ? "（不公开 withheld）" : each.told.record;
    if (!histories.has(record)) histories.set(record, []);
    histories.get(record).push(each);
  }
  for (const [record, events] of histories) {
    const broken = events.some((each) => each.bad) || found.some((each) => each.place === record);
    const details = element("details", undefined, broken ? "bad" : "good");
    details.dataset.record = record;
    details.open = broken;
    details.append(element("summary", `${broken ? "✗" : "✓"} ${bundle.titles[record] || ""} ${record}  ${events.length}`));
    details.append(tableOf(
      ["序号 index", "时间 time", "事件 event", "经手 who", "等级 grade", "内容 content"],
      events.map((each) => each.hidden
        ? { cells: [each.index, "", "不公开 withheld", "", "", each.hidden], className: each.bad ? "bad" : "" }
        : {
          cells: [
            each.index, localTime(each.at, bundle.utc_offset), bundle.kinds[each.told.kind] || each.told.kind,
            who(each), each.grade, bodyText(each.told.body),
          ],
          className: each.bad ? "bad" : "",
        }),
    ));
    into.append(details);
  }
}

const bodyText = (body) => Object.entries(body)
  .filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && value.length === 0))
  .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
  .join("\n");

function showTables(bundle, into) {
  for (const [path, text] of Object.entries(bundle.files)) {
    const [headings, ...rows] = parseCsv(text);
    const broken = found.some((each) => each.place === path);
    const section = element("details", undefined, broken ? "bad" : "good");
    section.dataset.record = path;
    section.open = broken || rows.length < 60;
    section.append(element("summary", `${broken ? "✗" : "✓"} ${bundle.names[path] || ""} ${path}  ${rows.length}`));
    section.append(tableOf(headings || [], rows.map((cells) => ({ cells }))));
    into.append(section);
  }
}

function showVerdict(bundle, head, entries, acts) {
  const verdict = document.getElementById("verdict");
  const shown = entries.filter((each) => !each.hidden).length;
  const counts = `事件 events ${shown}，不公开 withheld ${entries.length - shown}，签封 seals ${acts}，表 tables ${Object.keys(bundle.files).length}`;
  verdict.className = found.length ? "bad" : "good";
  const holds = partly.size ? ["partly", "所核对的相符，有的签名本页不能核对 what was checked holds; some signatures it cannot check"]
    : ["holds", bundle.part ? "本页所载相符，其余在别页 what stands on this page holds; the rest is on the others" : "相符 all of it holds"];
  verdict.dataset.verdict = found.length ? "damaged" : holds[0];
  verdict.textContent = `${found.length ? `有问题 ${found.length} findings` : holds[1]} — ${counts}`;
  const list = document.getElementById("findings");
  for (const each of found) {
    list.append(element("li", `${each.place}${each.index === null ? "" : ` #${each.index}`}: ${each.what}`, "bad"));
  }
  const limits = document.getElementById("limits");
  for (const each of bundle.not_checked) limits.append(element("li", each));
  for (const suite of partly) limits.append(element("li", `套件 suite ${suite}: 只核对了 Ed25519 部分，其余未核对 only its Ed25519 part, if any, was checked`));
  document.getElementById("keys").textContent = head.keys.join("\n");
  document.getElementById("engine").textContent = byBrowser ? "WebCrypto" : "本页自带的 Ed25519 this page's own Ed25519";
}

async function verifyAll() {
  const bundle = JSON.parse(document.getElementById("bundle").textContent);
  const verdict = document.getElementById("verdict");
  try {
    await checkFiles(bundle);
    const head = await checkCheckpoint(bundle);
    const entries = await readEntries(bundle);
    for (const each of entries) if (!each.hidden) each.digest = hex(await sha256(bytesOf(each.event)));
    await checkInclusion(bundle, head, entries);
    checkHistories(bundle, entries);
    const acts = await checkSeals(bundle, entries);
    checkFounding(bundle, entries);
    showRecords(bundle, entries, document.getElementById("records"));
    showTables(bundle, document.getElementById("tables"));
    showVerdict(bundle, head, entries, acts);
  } catch (error) {
    verdict.className = "bad";
    verdict.dataset.verdict = "unfinished";
    verdict.textContent = `没有核完 could not be finished: ${error.message}`;
  }
  document.body.dataset.done = "yes";
}

verifyAll();
