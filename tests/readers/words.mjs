// The words of a PDF as pdf.js, the reader of Firefox, gives them; its warnings go to standard error.
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";

console.log = console.warn = console.error;
const document = await getDocument({ url: process.argv[2], verbosity: 1 }).promise;
for (let number = 1; number <= document.numPages; number++) {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  process.stdout.write(items.map((item) => item.str + (item.hasEOL ? "\n" : "")).join("") + "\n");
  // Painting is prepared too, which is where odd objects are complained of.
  await page.getOperatorList();
}
