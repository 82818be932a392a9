import { useRouter } from "@tanstack/react-router";
import { Fragment, type ReactNode, useMemo } from "react";
import { SafeText } from "./raw-text.tsx";
import { type Block, type Inline, parseMarkdown } from "./markdown.ts";

function OwnLink({ to, children }: { to: string; children: ReactNode }) {
  const router = useRouter();
  return (
    <a
      href={to}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        router.history.push(to);
      }}
    >
      {children}
    </a>
  );
}

function Parts({ parts }: { parts: readonly Inline[] }): ReactNode {
  return parts.map((part, at) => (
    <Fragment key={at}>
      {part.kind === "text" && <SafeText text={part.text} />}
      {part.kind === "code" && <code>{<SafeText text={part.text} />}</code>}
      {part.kind === "strong" && (
        <strong>
          <Parts parts={part.parts} />
        </strong>
      )}
      {part.kind === "emphasis" && (
        <em>
          <Parts parts={part.parts} />
        </em>
      )}
      {part.kind === "link" && (
        <OwnLink to={part.to}>
          <Parts parts={part.parts} />
        </OwnLink>
      )}
    </Fragment>
  ));
}

/** The page's own title is the only first heading. */
const TAGS = ["h2", "h3", "h4"] as const;

/** Headings as an outline: whatever sizes were written, none is more than one step below the one before it. */
function outline(blocks: readonly Block[]): number[] {
  let before = -1;
  return blocks.map((block) => {
    if (block.kind === "heading") before = Math.min(block.level - 1, before + 1);
    return Math.max(0, before);
  });
}

function BlockView({ block, rank }: { block: Block; rank: number }) {
  switch (block.kind) {
    case "heading": {
      const Heading = TAGS[rank] ?? "h4";
      return (
        <Heading className={`head-${block.level}`}>
          <Parts parts={block.parts} />
        </Heading>
      );
    }
    case "list": {
      const items = block.items.map((item, at) => (
        <li key={at}>
          <Parts parts={item} />
        </li>
      ));
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "quote":
      return (
        <blockquote>
          <Parts parts={block.parts} />
        </blockquote>
      );
    case "code":
      return (
        <pre tabIndex={0}>
          <SafeText text={block.text} />
        </pre>
      );
    case "paragraph":
      return (
        <p>
          <Parts parts={block.parts} />
        </p>
      );
  }
}

/** Notes as they are read. Built of elements, never of markup. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  const ranks = outline(blocks);
  return (
    <div className="note">
      {blocks.map((block, at) => (
        <BlockView key={at} block={block} rank={ranks[at] ?? 0} />
      ))}
    </div>
  );
}
