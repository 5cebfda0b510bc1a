import { completionStatus } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { markdown, markdownLanguage } from "@codemirror/lang-markdown";
import { setDiagnostics } from "@codemirror/lint";
import { search, searchKeymap, searchPanelOpen } from "@codemirror/search";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder } from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { directionOf } from "../words";
import { completions, type FindArticles, linkArticle } from "./completions";
import { bullets, code, type Format, heading, link, mark, numbers, quote, table } from "./formatting";
import { images, type ImageWishes, insertImages } from "./images";
import { look } from "./look";
import { type Broken, placesOf } from "./targets";

export const FORMATS = {
  bold: mark("**"),
  italic: mark("*"),
  link,
  heading: heading(2),
  subheading: heading(3),
  bullets,
  numbers,
  quote,
  table,
  code,
} satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

/** What the toolbar and the page may ask of the writing surface. */
export interface EditorHandle {
  focus: () => void;
  format: (name: FormatName) => void;
  linkArticle: () => void;
  insertImages: (files: readonly File[]) => void;
  selection: () => string;
}

const KEYS: readonly (readonly [string, FormatName])[] = [
  ["Mod-b", "bold"],
  ["Mod-i", "italic"],
  ["Mod-k", "link"],
  ["Mod-e", "code"],
  ["Mod-Alt-2", "heading"],
  ["Mod-Alt-3", "subheading"],
  ["Mod-Shift-7", "numbers"],
  ["Mod-Shift-8", "bullets"],
  ["Mod-Shift-9", "quote"],
];

export interface EditorProps extends ImageWishes {
  /** What it begins with. Later texts come by a new `key`: the surface owns what is in it. */
  initial: string;
  change: (text: string) => void;
  label: string;
  locale: string;
  readOnly: boolean;
  broken: readonly Broken[];
  find: FindArticles;
  pickImage: () => void;
  handle: Ref<EditorHandle>;
}

/** Runs a format as one step that can be undone. */
const run = (format: Format) => (view: EditorView) => {
  if (view.state.readOnly) return false;
  view.dispatch(view.state.update(format(view.state), { scrollIntoView: true, userEvent: "input" }));
  view.focus();
  return true;
};

/** The writing surface: Markdown with its signs, as calm as a page. */
export function MarkdownEditor(props: EditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const newest = useRef(props);
  newest.current = props;

  useEffect(() => {
    if (parent.current === null) return;
    const { initial, label, locale, readOnly } = newest.current;
    const wishes: ImageWishes = {
      upload: (file) => newest.current.upload(file),
      failed: (why) => newest.current.failed(why),
    };
    const extensions: Extension[] = [
      history(),
      drawSelection(),
      search({ top: true }),
      markdown({ base: markdownLanguage, completeHTMLTags: false }),
      EditorView.lineWrapping,
      EditorView.perLineTextDirection.of(true),
      EditorView.contentAttributes.of({
        "aria-label": label,
        lang: locale,
        dir: directionOf(locale),
        spellcheck: "true",
        autocapitalize: "sentences",
      }),
      placeholder("Write here. Type / for blocks, [[ to link to an article; paste or drop images."),
      look,
      images(wishes),
      completions(
        (words) => newest.current.find(words),
        () => newest.current.pickImage(),
      ),
      // Leaves the surface, so that single keys and Tab are free again; an open list of offers is closed first.
      Prec.highest(
        keymap.of([
          {
            key: "Escape",
            run: (target) => {
              if (completionStatus(target.state) === "active" || searchPanelOpen(target.state)) return false;
              target.contentDOM.blur();
              return true;
            },
          },
        ]),
      ),
      keymap.of([
        ...KEYS.map(([key, name]) => ({ key, run: run(FORMATS[name]) })),
        {
          key: "Mod-Shift-k",
          run: (target: EditorView) => {
            linkArticle(target);
            return true;
          },
        },
        ...searchKeymap,
        ...historyKeymap,
        ...defaultKeymap,
      ]),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) newest.current.change(update.state.doc.toString());
      }),
      ...(readOnly ? [EditorState.readOnly.of(true), EditorView.editable.of(false)] : []),
    ];
    const made = new EditorView({ parent: parent.current, state: EditorState.create({ doc: initial, extensions }) });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
    // The surface is made anew when its page is; what changes meanwhile is read through `newest`.
  }, [props.readOnly, props.locale, props.label]);

  const { broken } = props;
  useEffect(() => {
    const surface = view.current;
    if (surface === null) return;
    surface.dispatch(setDiagnostics(surface.state, placesOf(surface.state.doc.toString(), broken)));
  }, [broken]);

  useImperativeHandle(props.handle, () => ({
    focus: () => view.current?.focus(),
    format: (name) => view.current && run(FORMATS[name])(view.current),
    linkArticle: () => view.current && !view.current.state.readOnly && linkArticle(view.current),
    insertImages: (files) => {
      const surface = view.current;
      if (surface) void insertImages(surface, files, surface.state.selection.main.head, newest.current);
    },
    selection: () => {
      const state = view.current?.state;
      return state ? state.sliceDoc(state.selection.main.from, state.selection.main.to) : "";
    },
  }));

  return <div ref={parent} data-quotable="" />;
}
