package io.lighter.images.dockerfile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts lines together to instructions: continuations, comments, here-documents. */
final class LineReader {
  /** The longest line that the language has, in bytes. */
  private static final int LONGEST = 65_535;

  private static final Pattern DOCUMENTS_ALLOWED =
      Pattern.compile("(?i)^(ONBUILD\\s+)?(ADD|COPY|RUN)\\s.*", Pattern.DOTALL);

  private static final Pattern JSON_FORM =
      Pattern.compile(
          "(?i)^(ONBUILD\\s+)?(ADD|COPY|RUN)(\\s+--\\S+)*\\s+\\[.*\\]\\s*$", Pattern.DOTALL);

  private final SourceText source;
  private final List<String> lines;
  private final char escape;
  private final Pattern continuation;
  private int at;

  LineReader(SourceText source, List<String> lines, char escape) {
    this.source = source;
    this.lines = lines;
    this.escape = escape;
    String quoted = Pattern.quote(String.valueOf(escape));
    // Two escape characters at the end are one that is escaped, and no continuation.
    this.continuation =
        Pattern.compile("([^" + quoted + "])" + quoted + "[ \\t]*$|^" + quoted + "[ \\t]*$");
  }

  /** Reads on from a line, counted from 0. */
  List<LogicalLine> readFrom(int first) {
    List<LogicalLine> found = new ArrayList<>();
    List<String> comment = new ArrayList<>();
    at = first;
    while (at < lines.size()) {
      String line = line().stripLeading();
      if (line.startsWith("#")) {
        comment.add(line.substring(1).strip());
      } else if (line.isBlank()) {
        comment.clear();
      } else {
        LogicalLine read = read(line, List.copyOf(comment));
        comment.clear();
        if (!read.text().isBlank()) {
          found.add(read);
        }
      }
    }
    return found;
  }

  private String line() {
    String line = lines.get(at++);
    // A character is at most three bytes a char, so that most lines need not be counted.
    if (line.length() * 3L > LONGEST && line.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      throw source.error(
          SourceRange.line(at),
          "the line is longer than " + LONGEST + " bytes; continue it on more lines");
    }
    return line;
  }

  private LogicalLine read(String firstLine, List<String> comment) {
    int first = at;
    boolean empty = false;
    StringBuilder text = new StringBuilder();
    boolean goesOn = append(text, firstLine);
    while (goesOn && at < lines.size()) {
      String line = line();
      if (line.isBlank()) {
        empty = true;
      } else if (!line.stripLeading().startsWith("#")) {
        goesOn = append(text, line);
      }
    }
    String joined = text.toString().strip();
    List<HereDocument> documents = documents(joined, first);
    return new LogicalLine(new SourceRange(first, at), joined, documents, comment, empty);
  }

  private boolean append(StringBuilder text, String line) {
    Matcher matcher = continuation.matcher(line);
    if (!matcher.find()) {
      text.append(line);
      return false;
    }
    text.append(line, 0, matcher.start());
    if (matcher.group(1) != null) {
      text.append(matcher.group(1));
    }
    return true;
  }

  private List<HereDocument> documents(String text, int first) {
    if (!text.contains("<<")
        || !DOCUMENTS_ALLOWED.matcher(text).matches()
        || JSON_FORM.matcher(text).matches()) {
      return List.of();
    }
    List<HereDocument> found = new ArrayList<>();
    for (String word : words(text)) {
      HereDocument announced = HereDocument.announcedBy(word, escape);
      if (announced != null) {
        found.add(announced.withContent(content(announced, first)));
      }
    }
    return found;
  }

  /** An unclosed quote is the shell's to complain about. */
  private List<String> words(String text) {
    try {
      return WordExpander.splitter(escape).words(text);
    } catch (SyntaxException e) {
      return List.of();
    }
  }

  private String content(HereDocument document, int first) {
    StringBuilder content = new StringBuilder();
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (document.endsAt(line)) {
        return content.toString();
      }
      content.append(line).append('\n');
    }
    throw source.error(
        new SourceRange(first, first),
        "the here-document has no end: no line is just " + document.name());
  }
}
