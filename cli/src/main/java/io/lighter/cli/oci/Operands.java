package io.lighter.cli.oci;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import java.util.List;

/** What follows the flags of a command. */
final class Operands {
  private Operands() {}

  /** The one operand, a container's id. */
  static String container(Flags flags) {
    return all(flags, 1, 1).getFirst();
  }

  /** None at all. */
  static void none(Flags flags) {
    List<String> operands = flags.operands();
    if (!operands.isEmpty()) {
      throw new UsageException("takes no argument, and got: " + String.join(" ", operands));
    }
  }

  /**
   * All operands, of which the first is a container's id.
   *
   * @param most how many there may be
   */
  static List<String> all(Flags flags, int least, int most) {
    List<String> operands = flags.operands();
    if (operands.isEmpty() || operands.getFirst().isEmpty()) {
      throw new UsageException("needs the id of a container");
    }
    if (operands.size() < least) {
      throw new UsageException("needs a command after the id of the container");
    }
    if (operands.size() > most) {
      throw new UsageException(
          "too many arguments, and options stand before the id of the container: "
              + String.join(" ", operands.subList(most, operands.size())));
    }
    return operands;
  }
}
