package io.lighter.images.build;

import io.lighter.images.dockerfile.CommandLine;
import io.lighter.images.dockerfile.HereDocument;
import io.lighter.images.dockerfile.Instruction;
import java.util.ArrayList;
import java.util.List;

/**
 * What a RUN executes.
 *
 * @param arguments the program and its arguments
 * @param content a script that is a file of its own, in {@code /dev/pipes}: one that says by {@code
 *     #!} what runs it
 * @param told the command as messages and the history have it
 */
record Script(List<String> arguments, List<HereDocument> content, List<String> told) {
  private static final String FOLDER = "/dev/pipes/";

  static Script of(Instruction.Run run, List<String> shell) {
    CommandLine command = run.command();
    List<HereDocument> documents = run.documents();
    if (documents.isEmpty()) {
      List<String> arguments = command.arguments(shell);
      return new Script(arguments, List.of(), arguments);
    }
    String text = command.words().getFirst();
    HereDocument first = documents.getFirst();
    boolean onlyDocument =
        documents.size() == 1 && text.matches("(?s)<<-?\\s*([\"']?)\\Q" + first.name() + "\\E\\1");
    if (!onlyDocument) {
      // The shell reads the documents as they were written.
      StringBuilder whole = new StringBuilder(text);
      for (HereDocument document : documents) {
        whole.append('\n').append(document.content()).append(document.name());
      }
      List<String> arguments = with(shell, whole.toString());
      return new Script(arguments, List.of(), arguments);
    }
    if (first.data().startsWith("#!")) {
      return new Script(List.of(FOLDER + first.name()), List.of(first), List.of(text));
    }
    return new Script(with(shell, first.data()), List.of(), with(shell, text));
  }

  private static List<String> with(List<String> shell, String text) {
    List<String> all = new ArrayList<>(shell);
    all.add(text);
    return all;
  }
}
