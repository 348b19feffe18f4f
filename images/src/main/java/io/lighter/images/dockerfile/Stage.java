package io.lighter.images.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage: FROM and what follows it.
 *
 * @param index from 0, which later instructions may call it by
 * @param from how it begins
 * @param name its name in small letters, null for none
 * @param instructions those after FROM
 */
public record Stage(
    int index, Instruction.From from, @Nullable String name, List<Instruction> instructions) {
  public Stage {
    instructions = List.copyOf(instructions);
  }

  /** Tells whether a text is its name or its number. */
  public boolean isCalled(String text) {
    return text.equalsIgnoreCase(name) || text.equals(Integer.toString(index));
  }
}
