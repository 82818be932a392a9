/** What of pdfmake 0.3 is used here. The published types bring the browser's globals into the server's code. */
declare module "pdfmake" {
  namespace pdfmake {
    type Margins = [left: number, top: number, right: number, bottom: number];
    type Inline = { readonly text: string; readonly wordBreak?: "break-all" };
    type Text = string | readonly Inline[];

    interface Look {
      readonly alignment?: "left" | "right";
      readonly bold?: boolean;
      readonly color?: string;
      readonly fontSize?: number;
      readonly headlineLevel?: number;
      readonly layout?: TableLayout;
      readonly margin?: Margins;
      readonly pageBreak?: "after";
      readonly preserveLeadingSpaces?: boolean;
      readonly width?: string;
    }
    type Content = Look &
      (
        | { readonly text: Text }
        | { readonly ul: readonly Content[] }
        | { readonly ol: readonly Content[] }
        | { readonly columns: readonly Content[] }
        | { readonly table: Table }
      );

    interface Table {
      readonly widths: readonly string[];
      readonly body: readonly (readonly Content[])[];
      readonly headerRows?: number;
      readonly dontBreakRows?: boolean;
    }
    interface TableLayout {
      readonly hLineWidth?: (at: number, node: { readonly table: Table }) => number;
      readonly vLineWidth?: (at: number) => number;
      readonly hLineColor?: () => string;
      readonly vLineColor?: () => string;
      readonly paddingLeft?: (at: number) => number;
      readonly paddingTop?: () => number;
      readonly paddingBottom?: () => number;
    }
    interface Definition {
      readonly pageSize: "A4";
      readonly pageMargins: Margins;
      readonly info: Readonly<Record<string, string | Date>>;
      readonly language: string;
      readonly displayTitle: boolean;
      readonly compress?: boolean;
      readonly defaultStyle: { readonly font: string; readonly fontSize: number; readonly lineHeight: number };
      readonly header: () => Content;
      readonly footer: (page: number, pages: number) => Content;
      readonly content: readonly Content[];
    }
    interface Font {
      readonly normal: string;
      readonly bold: string;
      readonly italics: string;
      readonly bolditalics: string;
    }
  }
  const pdfmake: {
    createPdf(definition: pdfmake.Definition): { getBuffer(): Promise<Buffer> };
    setUrlAccessPolicy(allows: (url: string) => boolean): void;
    setLocalAccessPolicy(allows: (path: string) => boolean): void;
    setFonts(fonts: Readonly<Record<string, pdfmake.Font>>): void;
  };
  export default pdfmake;
}
