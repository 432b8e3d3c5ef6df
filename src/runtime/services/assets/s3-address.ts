/** Which addresses are objects of S3. Pure, and apart from the client, which is heavy. */
export function isS3(url: string): boolean {
  return url.startsWith('s3://');
}
