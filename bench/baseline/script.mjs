/**
 * What a user would write instead: one process, one loop, no Plugsmith.
 *
 *   node script.mjs KIND FOLDER INPUT OUTPUT THREADS [stringify | nine]
 *
 * KIND is `text`, `hashed` or `tokens`, FOLDER holds `models/`. Output is an Arrow stream, or JSON Lines with the last argument.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
const [kind, folder, input, output, threads, format = 'arrow'] = process.argv.slice(2);
const { makeEmbedder } = await import(`./${kind}.mjs`);
const { makeWriter } = await import(`./write-${format === 'arrow' ? 'arrow' : 'jsonl'}.mjs`);
const { batches } = await import('./read.mjs');

const embed = await makeEmbedder(folder, Number(threads));
const writer = await makeWriter(output, format);
for await (const rows of batches(input, 64)) await writer.write(rows, await embed(rows.map((row) => row.text)));
await writer.end();
