package io.lighter.cli.oci;

import io.lighter.cli.flags.FlagSection;

/** What {@code --help} prints. Loaded only when it is asked for. */
final class OciHelp {
  private static final String COMMANDS =
      """
      Usage:  lighter oci [GLOBAL OPTIONS] COMMAND [OPTIONS] [CONTAINER] [ARG...]

      An OCI runtime; a link named lighter-runtime to the launcher does the same without "oci".

      Commands:
        create    make a container, whose program waits for start
        start     start the program of a container that was created
        run       create and start a container
        exec      run a further process in a container
        state     print the state of a container
        list      list the containers
        kill      send a signal to a container (default: TERM)
        delete    remove what is left of a container
        pause     freeze the processes of a container
        resume    let them run again
        checkpoint  write the processes of a container down, by CRIU
        restore   make a container again that was written down
        ps        list the processes of a container
        events    print statistics and events of a container
        update    change the limits of a container
        spec      write an example of a config.json
        features  print what is supported
      """;

  private OciHelp() {}

  /** The help of the whole. */
  static String text() {
    StringBuilder text = new StringBuilder(COMMANDS);
    OciFlags.global().appendHelp(text);
    return text.toString();
  }

  /** The help of one command. */
  static String of(String command, FlagSection flags) {
    StringBuilder text = new StringBuilder("Usage:  lighter oci ").append(command);
    text.append(" [OPTIONS]").append(operands(command)).append('\n');
    flags.appendHelp(text);
    return text.toString();
  }

  private static String operands(String command) {
    return switch (command) {
      case "list", "spec", "features" -> "";
      case "exec" -> " CONTAINER [COMMAND [ARG...]]";
      case "kill" -> " CONTAINER [SIGNAL]";
      case "ps" -> " CONTAINER [PS OPTION...]";
      default -> " CONTAINER";
    };
  }
}
