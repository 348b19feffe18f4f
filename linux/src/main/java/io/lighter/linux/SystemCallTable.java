package io.lighter.linux;

import java.io.IOException;
import java.io.InputStream;
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

  /** Made when the first number is to be named. */
  private volatile @Nullable SortedMap<Integer, String> names;

  private SystemCallTable(SystemCallAbi abi) {
    String resource = "syscalls/" + abi.machine() + ".tsv";
    try (InputStream stream = SystemCallTable.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the jar of linux/ lacks its resource " + resource);
      }
      read(stream.readAllBytes(), abi.numberBase());
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

  /**
   * Reads lines of a number, a tab and a name, byte by byte: this is on the way of a first start.
   */
  private void read(byte[] lines, int base) {
    int at = 0;
    while (lines[at++] != '\n') {} // the heading
    while (at < lines.length) {
      int number = 0;
      for (; lines[at] != '\t'; at++) {
        number = 10 * number + lines[at] - '0';
      }
      int from = ++at;
      while (lines[at] != '\n') {
        at++;
      }
      numbers.put(new String(lines, from, at++ - from, StandardCharsets.ISO_8859_1), base + number);
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
    return byNumber().get(number);
  }

  /** Returns all names. */
  public Set<String> names() {
    return Collections.unmodifiableSet(numbers.keySet());
  }

  /** Returns all numbers with their names, ascending. */
  public SortedMap<Integer, String> byNumber() {
    SortedMap<Integer, String> known = names;
    if (known == null) {
      SortedMap<Integer, String> made = new TreeMap<>();
      // arm has two names for 341; the first by the alphabet is the kernel's own.
      numbers.forEach(
          (name, number) ->
              made.merge(number, name, (one, other) -> one.compareTo(other) < 0 ? one : other));
      known = Collections.unmodifiableSortedMap(made);
      names = known;
    }
    return known;
  }
}
