package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.runtime.json.JsonText;
import io.lighter.runtime.lifecycle.ContainerState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code list}. */
final class ListView {
  private ListView() {}

  static void print(Flags flags, Invocation call) {
    Operands.none(flags);
    boolean json = isJson(flags.last("format"));
    List<ContainerState> states = call.store().list();
    if (flags.isOn("quiet", false)) {
      states.forEach(state -> call.out().println(state.id()));
    } else {
      call.out().print(json ? json(states) + "\n" : table(states));
    }
  }

  /** Whether a {@code --format} is json and not table. */
  static boolean isJson(@Nullable String format) {
    return switch (format == null ? "table" : format) {
      case "table" -> false;
      case "json" -> true;
      default -> throw new UsageException("--format takes table or json, not " + format);
    };
  }

  static String json(List<ContainerState> states) {
    JsonText json = JsonText.compact().beginArray();
    states.forEach(state -> StateView.append(json, state));
    return json.end().toString();
  }

  static String table(List<ContainerState> states) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"));
    for (ContainerState state : states) {
      rows.add(
          List.of(
              state.id(),
              Integer.toString(state.pid()),
              state.status().term(),
              state.bundle().toString(),
              state.created().toString(),
              Owner.name(state.owner())));
    }
    return TextTable.of(rows);
  }
}
