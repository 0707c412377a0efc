/** Hands bytes to the person as a file of that name. */
export function saveFile(name: string, bytes: Uint8Array, media = 'application/octet-stream'): void {
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: media }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Some browsers read the address after the click returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
