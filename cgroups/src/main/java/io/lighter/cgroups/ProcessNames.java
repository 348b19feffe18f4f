package io.lighter.cgroups;

import io.lighter.linux.Fd;
import io.lighter.linux.LinuxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processes as an error shows them: {@code 12 (java), 30 (sh) and 4 more}. */
final class ProcessNames {
  private static final int SHOWN = 5;

  private ProcessNames() {}

  static String of(ControlFiles files, List<Integer> pids) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(SHOWN, pids.size()); i++) {
      text.append(i == 0 ? "" : ", ").append(pids.get(i));
      String name = name(files, pids.get(i));
      text.append(name == null ? "" : " (" + name.strip() + ")");
    }
    if (pids.size() > SHOWN) {
      text.append(" and ").append(pids.size() - SHOWN).append(" more");
    }
    return text.toString();
  }

  private static @Nullable String name(ControlFiles files, int pid) {
    if (pid == 0) {
      return "of another pid namespace";
    }
    try {
      return files.readIfExists(Fd.WORKING_FOLDER, "/proc/" + pid + "/comm");
    } catch (LinuxException ended) {
      return null;
    }
  }
}
