/** Which files the rules that follow rows have nothing to look for in, told from their words alone. */

/**
 * All that makes the front end see a batch, rows, a processor or a realtime service is a name: of a variable, a type, a
 * function or a method. These are the names in question, and more than those: a file without any of them is not lowered.
 */
const telling = new RegExp([
  '[Bb]atch|DataFrame|iterrows|itertuples|iter_rows|InferenceService|run_?[iI]nference',
  // Variables; what stands before an underscore is free.
  '(?<![A-Za-z0-9])(?:df|rows)\\b',
  // Parameters, by what may follow them.
  '(?<![A-Za-z0-9.])(?:p?df|frame|data_?frame)\\s*[,:=)#\\\\]',
  // Types.
  '\\b(?:Row|RowView|StructRowProxy|DataRow|Table|Column|Vector|Series)\\b',
  // Processors, which may be given a batch under any name.
  '\\bdef[\\s\\\\]+(?:__call__|_*process(?:_?(?:rows|frame|df))?)\\b',
  // Functions that sound like one, where their parameters do as well; no list of parameters is longer.
  '\\bdef[\\s\\\\]+_*(?:run|transform|handle|map|enrich|embed)(?:_?(?:rows|frame|df))?\\b(?=[^]{0,2000}?\\b(?:data|table|block|records|ds|dataset|inputs?_data)\\b)',
].join('|'));

/** Whether a Python file has any of the names by which the rules about rows and services find what they look at. */
export function mayConcernRows(text: string): boolean {
  // As Python does it, which reads fullwidth letters as letters.
  // eslint-disable-next-line no-control-regex
  return telling.test(/[^\x00-\x7f]/.test(text) ? text.normalize('NFKC') : text);
}
