/** Images that are pasted or dropped: a quiet place is held for each until the server has it. */
import { EditorView, Decoration, type DecorationSet, WidgetType } from "@codemirror/view";
import { type Extension, StateEffect, StateField, type Text } from "@codemirror/state";
import type { UploadedImage } from "../types";

export const IMAGE_TYPES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
export const LARGEST_IMAGE = 2 * 1024 * 1024;

/** Why this file cannot become an image of an article, or null. The server looks again, into the file itself. */
export function refused(file: Pick<File, "type" | "size" | "name">): string | null {
  if (!IMAGE_TYPES.includes(file.type)) return `${file.name}: only PNG, JPEG, GIF and WebP images can be shown.`;
  if (file.size > LARGEST_IMAGE) return `${file.name} is larger than 2 MB. Make it smaller and try again.`;
  return null;
}

interface Place {
  id: symbol;
  name: string;
}

const hold = StateEffect.define<Place & { at: number }>({
  map: (value, change) => ({ ...value, at: change.mapPos(value.at) }),
});
const release = StateEffect.define<symbol>();

class Waiting extends WidgetType {
  readonly place: Place;
  constructor(place: Place) {
    super();
    this.place = place;
  }
  override eq(other: Waiting): boolean {
    return other.place.id === this.place.id;
  }
  override toDOM(): HTMLElement {
    const element = document.createElement("span");
    element.className = "cm-uploading";
    element.textContent = `Uploading ${this.place.name}…`;
    return element;
  }
}

const places = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, transaction) {
    let next = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(hold))
        next = next.update({
          add: [Decoration.widget({ widget: new Waiting(effect.value), side: 1 }).range(effect.value.at)],
        });
      if (effect.is(release))
        next = next.update({ filter: (_from, _to, { spec }) => (spec.widget as Waiting).place.id !== effect.value });
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function positionOf(view: EditorView, id: symbol): number | null {
  let found: number | null = null;
  view.state.field(places).between(0, view.state.doc.length, (from, _to, { spec }) => {
    if ((spec.widget as Waiting).place.id === id) found = from;
  });
  return found;
}

/** An image before or behind the words of a line becomes a paragraph of its own; amid them it stays amid them. */
export function onItsOwn(doc: Text, at: number, markdown: string): string {
  const line = doc.lineAt(at);
  const before = line.text.slice(0, at - line.from).trim() !== "";
  const after = line.text.slice(at - line.from).trim() !== "";
  if (before === after) return markdown;
  return before ? `\n\n${markdown}` : `${markdown}\n\n`;
}

export interface ImageWishes {
  upload: (file: File) => Promise<UploadedImage>;
  failed: (why: string) => void;
}

/** Uploads the files and puts each where its place has moved to meanwhile. */
export async function insertImages(
  view: EditorView,
  files: readonly File[],
  at: number,
  { upload, failed }: ImageWishes,
): Promise<void> {
  await Promise.all(
    files.map(async (file) => {
      const why = refused(file);
      if (why !== null) {
        failed(why);
        return;
      }
      const id = Symbol(file.name);
      view.dispatch({ effects: hold.of({ id, name: file.name, at }) });
      try {
        const image = await upload(file);
        const position = positionOf(view, id);
        const markdown = image.markdown === "" ? `![](image:${image.id})` : image.markdown;
        view.dispatch({
          effects: release.of(id),
          ...(position === null
            ? {}
            : { changes: { from: position, insert: onItsOwn(view.state.doc, position, markdown) } }),
        });
      } catch (error) {
        view.dispatch({ effects: release.of(id) });
        failed(error instanceof Error ? `${file.name}: ${error.message}` : `${file.name} could not be stored.`);
      }
    }),
  );
}

const filesOf = (data: DataTransfer | null): File[] =>
  [...(data?.files ?? [])].filter(({ type }) => type.startsWith("image/"));

/** Takes images from the clipboard and from drops; an address pasted over words becomes a link. */
export function images(wishes: ImageWishes): Extension {
  return [
    places,
    EditorView.domEventHandlers({
      paste(event, view) {
        if (view.state.readOnly) return false;
        const files = filesOf(event.clipboardData);
        if (files.length > 0) {
          event.preventDefault();
          void insertImages(view, files, view.state.selection.main.head, wishes);
          return true;
        }
        const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
        const { from, to, empty } = view.state.selection.main;
        const words = view.state.sliceDoc(from, to);
        if (empty || words.includes("\n") || !/^https?:\/\/\S+$/.test(pasted)) return false;
        event.preventDefault();
        view.dispatch(view.state.replaceSelection(`[${words}](${pasted})`));
        return true;
      },
      drop(event, view) {
        const files = view.state.readOnly ? [] : filesOf(event.dataTransfer);
        if (files.length === 0) return false;
        event.preventDefault();
        const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.selection.main.head;
        void insertImages(view, files, at, wishes);
        return true;
      },
    }),
  ];
}
