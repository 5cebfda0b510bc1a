import { ActionIcon, Button, Drawer, Menu, Modal, SegmentedControl, TextInput, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconArrowLeft, IconChevronDown, IconLayoutSidebarRight } from "@tabler/icons-react";
import { type FormEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { type Command, useCommands } from "../../../../app/commands";
import { useMay } from "../../../../session/session";
import { Empty } from "../../../../ui/Empty";
import { ProblemNote } from "../../../../ui/ProblemNote";
import { modKey } from "../../../desk/composer/sendKey";
import { articleAt, backToList, reviewAt } from "../addresses";
import { articlesApi } from "../api";
import { Neighbours } from "../list/Neighbours";
import { ConflictScreen } from "../merge/ConflictScreen";
import { ArticleRail, type Panel } from "../rail/ArticleRail";
import { LINK_WHY } from "../rail/ChecksPanel";
import { CompareView } from "../review/CompareView";
import { ReviewView } from "../review/ReviewView";
import type { Article, Content, Translation } from "../types";
import { localeWords } from "../words";
import { type EditorHandle, MarkdownEditor } from "../writing/MarkdownEditor";
import { IMAGE_TYPES } from "../writing/images";
import { Rendered } from "../writing/Rendered";
import { Toolbar } from "../writing/Toolbar";
import css from "./article.module.css";
import { Banners } from "./Banners";
import { contentOf, EMPTY } from "./content";
import { discard } from "./discard";
import { Fields } from "./Fields";
import { LeaveDialog } from "./LeaveDialog";
import { LocaleTabs } from "./LocaleTabs";
import { mayMove } from "./moves";
import { SourcePane } from "./SourcePane";
import { useActions } from "./useActions";
import { useRendered } from "./useRendered";
import { useWriting } from "./useWriting";

type Mode = "write" | "split" | "preview" | "source";

/** Saves with a word about why. */
function NoteDialog({ save, close }: { save: (note: string) => void; close: () => void }) {
  const [note, setNote] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save(note.trim());
    close();
  };
  return (
    <Modal opened onClose={close} title="Save with a note" size="sm" closeButtonProps={{ "aria-label": "Close" }}>
      <form onSubmit={submit} className={css.noteForm}>
        <TextInput
          label="What changed, and why"
          data-autofocus
          maxLength={2000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <div className={css.dialogActions}>
          <Button variant="subtle" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" variant="filled">
            Save
          </Button>
        </div>
      </form>
    </Modal>
  );
}

function firstMode(translation: Translation | null, source: Translation | null, mayEdit: boolean): Mode {
  if (!mayEdit || translation?.state === "retired") return "preview";
  if (source !== null && (translation === null || translation.outdated)) return "source";
  return "write";
}

const NO_LINKS: readonly never[] = [];

/** One text, open: written in the middle, everything about it on the right. */
export function Opened({
  article,
  locale,
  translation,
  source,
}: {
  article: Article;
  locale: string;
  translation: Translation | null;
  source: Translation | null;
}) {
  const go = useNavigate();
  const { "*": sub = "" } = useParams();
  const mayEdit = useMay("knowledge.edit");
  const seed: Content = source ? contentOf(source.revision) : EMPTY;
  const writing = useWriting(article, locale, translation, seed, source?.published ?? source?.latest ?? null);
  const actions = useActions(article, locale, translation);
  const { now, step, save, dirty } = writing;
  const [mode, setMode] = useState<Mode>(() => firstMode(translation, source, mayEdit));
  const [panel, setPanel] = useState<Panel>("details");
  const [isRailOpen, setRailOpen] = useState(false);
  const [isNoting, setNoting] = useState(false);
  const fits = useMediaQuery("(width >= 960px)", true, { getInitialValueInEffect: false });
  const fitsBeside = useMediaQuery("(width >= 1200px)", true, { getInitialValueInEffect: false });
  const editor = useRef<EditorHandle>(null);
  const files = useRef<HTMLInputElement>(null);
  const commentBox = useRef<HTMLTextAreaElement>(null);
  const readOnly = !mayEdit || (translation !== null && !mayMove(translation, "save"));
  const home = articleAt(article.id, locale);
  const view = sub === "review" || sub === "compare" ? sub : "write";
  // Two texts beside each other leave no room for a third column on a small screen.
  const isWide = mode === "split" || mode === "source" || view !== "write";
  const hasRail = isWide ? fitsBeside : fits;

  const { rendered, problem: renderProblem } = useRendered(
    now.content.text,
    now.content.title,
    locale,
    view === "write",
  );
  const broken = useMemo(
    () =>
      rendered === null
        ? NO_LINKS
        : [
            ...rendered.links
              .filter(({ ok }) => !ok)
              .map(({ target }) => ({ target: `article:${target}`, why: LINK_WHY["missing"] ?? "" })),
            ...rendered.images
              .filter(({ ok }) => !ok)
              .map(({ id }) => ({ target: `image:${id}`, why: "This image is not stored here." })),
          ],
    [rendered],
  );

  // Who reviews talks about the text.
  useEffect(() => {
    if (view === "review") setPanel("comments");
  }, [view]);

  const store = useCallback(
    (note = "") => {
      if (readOnly) return;
      if (!dirty) {
        notifications.show({
          message: translation
            ? "Everything is saved already."
            : "Nothing is translated yet, so there is nothing to save.",
        });
        return;
      }
      if (writing.missing !== null) {
        notifications.show({ message: writing.missing });
        return;
      }
      void save(note);
    },
    [readOnly, dirty, writing.missing, save, translation],
  );

  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== "s") return;
      event.preventDefault();
      if (event.shiftKey && dirty && !readOnly) setNoting(true);
      else if (!event.repeat) store();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [store, dirty, readOnly]);

  const show = useCallback(
    (next: Panel) => {
      setPanel(next);
      if (!hasRail) setRailOpen(true);
      if (next === "comments") requestAnimationFrame(() => commentBox.current?.focus());
    },
    [hasRail],
  );

  const commands = useMemo<Command[]>(
    () => [
      { id: "back", title: "Back to the list", group: "Article", keys: "u", run: () => void go(backToList()) },
      {
        id: "write",
        title: "Write",
        group: "Article",
        keys: "e",
        when: view === "write" && !readOnly,
        run: () => editor.current?.focus(),
      },
      {
        id: "preview",
        title: "Preview beside the text",
        group: "Article",
        keys: "v",
        when: view === "write",
        run: () => setMode((mode) => (mode === "split" ? "write" : "split")),
      },
      { id: "save", title: "Save a revision", group: "Article", when: !readOnly && dirty, run: () => store() },
      {
        id: "save-note",
        title: "Save with a note…",
        group: "Article",
        when: !readOnly && dirty,
        run: () => setNoting(true),
      },
      {
        id: "review",
        title: "What changed since it was published",
        group: "Article",
        keys: "r",
        when: translation !== null,
        run: () => void go(reviewAt(article.id, locale)),
      },
      { id: "comment", title: "Comment", group: "Article", keys: "c", run: () => show("comments") },
      { id: "history", title: "History", group: "Article", keys: "h", run: () => show("history") },
      { id: "checks", title: "Checks", group: "Article", keys: "x", run: () => show("checks") },
      { id: "details", title: "Details", group: "Article", keys: "d", run: () => show("details") },
    ],
    [go, view, readOnly, dirty, store, translation, article.id, locale, show],
  );
  useCommands(commands);

  const find = useCallback(
    async (words: string) =>
      (await articlesApi.list({ ...(words === "" ? {} : { q: words }), limit: 8 }).catch(() => ({ items: [] }))).items,
    [],
  );
  const pickImage = (): void => files.current?.click();

  const rail = (
    <ArticleRail
      article={article}
      translation={translation}
      writing={writing}
      actions={actions}
      readOnly={readOnly}
      panel={panel}
      show={show}
      commentBox={commentBox}
      isReviewing={view === "review"}
    />
  );
  const modes: { value: Mode; label: string }[] = [
    { value: "write", label: readOnly ? "Text" : "Write" },
    ...(source ? [{ value: "source" as const, label: "Source" }] : []),
    { value: "split", label: "Split" },
    { value: "preview", label: "Preview" },
  ];
  const saveWords = writing.isSaving
    ? "Saving…"
    : dirty
      ? "Unsaved changes"
      : translation
        ? `Revision ${translation.latest}`
        : "";

  return (
    <div className={css.page} data-article="" data-wide={isWide || undefined}>
      <Neighbours id={article.id} locale={locale} />
      <header className={css.head}>
        <Tooltip label="Back to the list (u)">
          <Link to={backToList()} className={css.back ?? ""} aria-label="Back to the list">
            <IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />
          </Link>
        </Tooltip>
        <LocaleTabs article={article} locale={locale} mayAdd={mayEdit} />
        <span className={css.grow} />
        <span className={css.saved} aria-live="polite">
          {saveWords}
        </span>
        {view === "write" && (
          <SegmentedControl
            size="xs"
            className={css.modes ?? ""}
            aria-label="View"
            value={mode}
            onChange={(value) => setMode(value as Mode)}
            data={modes}
          />
        )}
        {!hasRail && (
          <Tooltip label="Status and details">
            <ActionIcon variant="default" size={30} aria-label="Status and details" onClick={() => setRailOpen(true)}>
              <IconLayoutSidebarRight size={16} aria-hidden="true" />
            </ActionIcon>
          </Tooltip>
        )}
        {!readOnly && (
          <Button.Group>
            <Button
              size="xs"
              variant={dirty ? "filled" : "default"}
              disabled={!dirty || writing.missing !== null}
              loading={writing.isSaving}
              title={writing.missing ?? `Save (${modKey()} S)`}
              onClick={() => store()}
            >
              Save
            </Button>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button
                  size="xs"
                  px={6}
                  variant={dirty ? "filled" : "default"}
                  disabled={!dirty || writing.missing !== null}
                  aria-label="Other ways to save"
                >
                  <IconChevronDown size={14} aria-hidden="true" />
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => setNoting(true)}>Save with a note…</Menu.Item>
                <Menu.Item onClick={() => discard(writing)}>Discard unsaved changes</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </Button.Group>
        )}
      </header>
      <Banners writing={writing} translation={translation} />
      {writing.problem && <ProblemNote problem={writing.problem} retry={() => store()} />}
      <div className={css.columns} data-alone={!hasRail || undefined}>
        <div className={css.centre}>
          {view === "review" &&
            (translation ? (
              <ReviewView key={translation.latest} translation={translation} actions={actions} />
            ) : (
              <Empty title="Nothing is saved yet" />
            ))}
          {view === "compare" &&
            (translation ? <CompareView translation={translation} /> : <Empty title="Nothing is saved yet" />)}
          {/* Kept while another page of this text is open, so that cursor and undo stay. */}
          <div className={css.writing} data-mode={mode} hidden={view !== "write"}>
            {mode === "source" && source && (
              <div className={css.pane}>
                <SourcePane source={source} writing={writing} readOnly={readOnly} />
              </div>
            )}
            <div className={css.sheet} hidden={mode === "preview"}>
              <div className={css.column}>
                <Fields
                  content={now.content}
                  locale={locale}
                  readOnly={readOnly}
                  write={(part) => step({ type: "write", part })}
                  down={() => editor.current?.focus()}
                />
                {!readOnly && <Toolbar editor={editor} pickImage={pickImage} />}
                <MarkdownEditor
                  key={now.epoch}
                  initial={now.content.text}
                  change={(text) => step({ type: "write", part: { text } })}
                  label={`Text, ${localeWords(locale)}`}
                  locale={locale}
                  readOnly={readOnly}
                  broken={broken}
                  find={find}
                  upload={articlesApi.uploadImage}
                  failed={(message) => notifications.show({ message })}
                  pickImage={pickImage}
                  handle={editor}
                />
              </div>
            </div>
            {(mode === "split" || mode === "preview") && (
              <div className={css.pane} aria-label="Preview" role="region">
                <div className={css.column}>
                  <h1 className={css.previewTitle} lang={locale} dir="auto">
                    {now.content.title}
                  </h1>
                  {now.content.summary !== "" && (
                    <p className={css.previewSummary} lang={locale} dir="auto">
                      {now.content.summary}
                    </p>
                  )}
                  {renderProblem && <ProblemNote problem={renderProblem} />}
                  {rendered && <Rendered html={rendered.html} locale={locale} />}
                </div>
              </div>
            )}
          </div>
        </div>
        {hasRail ? (
          <aside className={css.aside} aria-label="About this text">
            {rail}
          </aside>
        ) : (
          <Drawer
            opened={isRailOpen}
            onClose={() => setRailOpen(false)}
            position="right"
            size={360}
            padding={0}
            title={<span className={css.drawerTitle}>About this text</span>}
            closeButtonProps={{ "aria-label": "Close" }}
          >
            {rail}
          </Drawer>
        )}
      </div>
      <input
        ref={files}
        type="file"
        hidden
        multiple
        accept={IMAGE_TYPES.join(",")}
        aria-label="Choose images"
        onChange={(event) => {
          editor.current?.insertImages([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      {isNoting && <NoteDialog save={store} close={() => setNoting(false)} />}
      <ConflictScreen id={article.id} locale={locale} writing={writing} />
      <LeaveDialog writing={writing} home={home} />
    </div>
  );
}
