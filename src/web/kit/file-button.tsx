import type { ReactNode } from "react";

interface FileButtonProps {
  readonly accept: string;
  readonly onFile: (file: File) => void;
  readonly testId: string;
  readonly children: ReactNode;
}

/** A button that asks for one file. The same file can be chosen again: it may have been mended meanwhile. */
export function FileButton({ accept, onFile, testId, children }: FileButtonProps) {
  return (
    <label className="button file-button">
      {children}
      <input
        type="file"
        accept={accept}
        className="visually-hidden"
        data-testid={testId}
        onChange={({ target }) => {
          const chosen = target.files?.[0];
          target.value = "";
          if (chosen !== undefined) onFile(chosen);
        }}
      />
    </label>
  );
}
