package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Reads COPY and ADD. */
final class FileInstructionReader {
  private static final List<String> COPY =
      List.of("from", "chown", "chmod", "link", "parents", "exclude");
  private static final List<String> ADD =
      List.of("chown", "chmod", "link", "exclude", "checksum", "keep-git-dir", "unpack");

  private FileInstructionReader() {}

  static Instruction.Copy copy(
      Origin origin, String text, List<HereDocument> documents, char escape) {
    FlagWords flags = FlagWords.of("COPY", text, COPY);
    return new Instruction.Copy(
        origin,
        sources("COPY", flags.rest(), documents, escape),
        fileFlags(flags),
        flags.value("from"),
        Boolean.TRUE.equals(flags.truth("parents")));
  }

  static Instruction.Add add(
      Origin origin, String text, List<HereDocument> documents, char escape) {
    FlagWords flags = FlagWords.of("ADD", text, ADD);
    return new Instruction.Add(
        origin,
        sources("ADD", flags.rest(), documents, escape),
        fileFlags(flags),
        flags.value("checksum"),
        Boolean.TRUE.equals(flags.truth("keep-git-dir")),
        flags.truth("unpack"));
  }

  private static FileFlags fileFlags(FlagWords flags) {
    return new FileFlags(
        flags.value("chown"),
        flags.value("chmod"),
        Boolean.TRUE.equals(flags.truth("link")),
        flags.values("exclude"));
  }

  private static Sources sources(
      String name, String text, List<HereDocument> documents, char escape) {
    List<String> words = JsonForm.words(text);
    if (words.size() < 2) {
      throw new SyntaxException(
          name
              + " needs a source and a destination"
              + (words.isEmpty() ? "" : ", and has one of them: " + words.getFirst()));
    }
    String destination = words.getLast();
    if (isDocument(destination, documents, escape)) {
      throw new SyntaxException(
          "a here-document is no destination; write " + name + " " + destination + " /PATH");
    }
    List<String> paths = new ArrayList<>();
    for (String word : words.subList(0, words.size() - 1)) {
      if (!isDocument(word, documents, escape)) {
        paths.add(word);
      }
    }
    return new Sources(paths, documents, destination);
  }

  private static boolean isDocument(String word, List<HereDocument> documents, char escape) {
    HereDocument announced = HereDocument.announcedBy(word, escape);
    return announced != null
        && documents.stream().anyMatch(document -> document.name().equals(announced.name()));
  }
}
