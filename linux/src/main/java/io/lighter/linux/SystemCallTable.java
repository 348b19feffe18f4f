package io.lighter.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every system call of one convention by name and by number, up to Linux 6.18: for filters, and for
 * naming a number in an error.
 *
 * <p>The calls that Lighter makes itself are an enum of their own; this table also knows those that
 * only a container's programs make, on architectures that Lighter itself does not run on.
 *
 * <p>Immutable; a table is read from its resource when it is first asked for.
 */
public final class SystemCallTable {
  /** What {@link #number} returns for a name that the convention does not have. */
  public static final int NONE = -1;

  private static final Map<SystemCallAbi, SystemCallTable> LOADED =
      new EnumMap<>(SystemCallAbi.class);

  private final Map<String, Integer> numbers = HashMap.newHashMap(512);
  private final SortedMap<Integer, String> names = new TreeMap<>();

  private SystemCallTable(SystemCallAbi abi) {
    String resource = "syscalls/" + abi.machine() + ".tsv";
    try (InputStream stream = SystemCallTable.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the jar of linux/ lacks its resource " + resource);
      }
      read(
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII)),
          abi.numberBase());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + resource, e);
    }
  }

  /** Returns the table of {@code abi}. */
  public static SystemCallTable of(SystemCallAbi abi) {
    synchronized (LOADED) {
      return LOADED.computeIfAbsent(abi, SystemCallTable::new);
    }
  }

  private void read(BufferedReader lines, int base) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      int tab = line.indexOf('\t');
      if (tab > 0) {
        int number = base + Integer.parseInt(line, 0, tab, 10);
        String name = line.substring(tab + 1);
        numbers.put(name, number);
        // arm has two names for 341; the first is the kernel's own.
        names.putIfAbsent(number, name);
      }
    }
  }

  /**
   * Returns the number of {@code name} as the kernel sees it, for x32 with bit 30 set, or {@link
   * #NONE}.
   */
  public int number(String name) {
    return numbers.getOrDefault(name, NONE);
  }

  /** Returns the name of {@code number}, or null if no call has it. */
  public @Nullable String name(int number) {
    return names.get(number);
  }

  /** Returns all names. */
  public Set<String> names() {
    return Collections.unmodifiableSet(numbers.keySet());
  }

  /** Returns all numbers with their names, ascending. */
  public SortedMap<Integer, String> byNumber() {
    return Collections.unmodifiableSortedMap(names);
  }
}
