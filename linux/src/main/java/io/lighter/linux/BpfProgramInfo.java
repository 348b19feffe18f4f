package io.lighter.linux;

import java.util.List;

/**
 * What the kernel tells of a program.
 *
 * @param id which no other program has as long as this one is there
 * @param maps the ids of the maps that it uses, in the order in which they first occur
 */
public record BpfProgramInfo(int id, String name, List<Integer> maps) {
  /** Copies the list. */
  public BpfProgramInfo {
    maps = List.copyOf(maps);
  }
}
