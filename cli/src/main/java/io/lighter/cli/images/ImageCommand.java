package io.lighter.cli.images;

import io.lighter.cli.flags.Flags;
import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.Option;

/** A command over images. */
interface ImageCommand {

  /** What follows {@code lighter} in the help: {@code pull [OPTIONS] NAME[:TAG|@DIGEST]}. */
  String usage();

  /** What it does, in a line. */
  String description();

  /** Its flags. */
  List<Option> flags();

  /** How many operands it takes at least. */
  int least();

  /** How many operands it takes at most. */
  int most();

  /**
   * Does it.
   *
   * @return the exit code
   * @throws io.lighter.cli.flags.UsageException when the command line is wrong
   * @throws io.lighter.images.ImageException when it cannot be done
   */
  int run(Flags flags, ImageSession session) throws IOException;
}
