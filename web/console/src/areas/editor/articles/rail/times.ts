/** Between the server's times and what a date field shows, which is the time of this device without a zone. */

const two = (number: number): string => String(number).padStart(2, "0");

export function toLocal(at: string | null): string {
  if (at === null) return "";
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return "";
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

export function fromLocal(value: string): string | null {
  const time = new Date(value);
  return value === "" || Number.isNaN(time.getTime()) ? null : time.toISOString();
}
