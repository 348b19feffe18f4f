package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.runtime.json.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code ps}: ids by themselves, or the lines that the host's ps(1) has for them. */
final class ProcessView {
  private ProcessView() {}

  static void print(Flags flags, Invocation call) throws IOException {
    List<String> operands = Operands.all(flags, 1, Integer.MAX_VALUE);
    boolean json = ListView.isJson(flags.last("format"));
    List<Integer> pids = call.container(operands.getFirst()).pids();
    if (json) {
      JsonText text = JsonText.compact().beginArray();
      pids.forEach(text::value);
      call.out().println(text.end());
      return;
    }
    List<String> options = operands.subList(1, operands.size());
    call.out().print(table(ps(options.isEmpty() ? List.of("-ef") : options), Set.copyOf(pids)));
  }

  private static List<String> ps(List<String> options) throws IOException {
    List<String> command = new ArrayList<>(List.of("ps"));
    command.addAll(options);
    Process ps = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    ps.getOutputStream().close();
    String output = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int status = ps.waitFor();
      if (status != 0) {
        throw new IOException(String.join(" ", command) + " failed with exit status " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while ps ran", e);
    }
    return output.lines().toList();
  }

  /** The heading and the lines whose column PID has one of the ids. */
  static String table(List<String> lines, Set<Integer> pids) throws IOException {
    int column = List.of(lines.getFirst().strip().split("\\s+")).indexOf("PID");
    if (column < 0) {
      throw new IOException("ps shows no column PID; choose options by which it does");
    }
    StringBuilder table = new StringBuilder(lines.getFirst()).append('\n');
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.strip().split("\\s+", column + 2);
      if (fields.length > column && isAmong(pids, fields[column])) {
        table.append(line).append('\n');
      }
    }
    return table.toString();
  }

  private static boolean isAmong(Set<Integer> pids, String field) {
    try {
      return pids.contains(Integer.valueOf(field));
    } catch (NumberFormatException e) {
      return false; // "-", for a thread's line
    }
  }
}
