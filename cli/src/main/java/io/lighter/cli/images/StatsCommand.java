package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.run.StateFolder;
import io.lighter.cli.running.StatisticsRow;
import io.lighter.cli.running.WatchedContainers;
import io.lighter.cli.template.TableFormat;
import io.lighter.linux.Fd;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter stats}. */
final class StatsCommand implements ImageCommand {
  /** Between two looks, as Docker's daemon has it. */
  private static final Duration USUAL = Duration.ofSeconds(1);

  /** Between the first two: enough for a share of the CPU. */
  private static final Duration FIRST = Duration.ofMillis(500);

  private static final String TO_TOP = "\033[H";
  private static final String CLEAR_LINE = "\033[K\n";
  private static final String CLEAR_BELOW = "\033[J";

  @Override
  public String usage() {
    return "stats [OPTIONS] [CONTAINER...]";
  }

  @Override
  public String description() {
    return "Show what containers that run use, and what their logs have lost";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        onOff("a", "all", "Show all containers (those that have ended are removed)"),
        valued("", "format", "string", "table, table TEMPLATE, json, or a template"),
        onOff("", "no-stream", "Show the figures once"),
        onOff("", "no-trunc", "Do not shorten ids"));
  }

  @Override
  public int least() {
    return 0;
  }

  @Override
  public int most() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    String given = flags.last("format");
    TableFormat format = TableFormat.of(given == null ? "" : given, StatisticsRow.TABLE);
    Path state = new StateFolder(session.variables(), session.folder()).ofRoot();
    boolean once = flags.isOn("no-stream", false);
    boolean redraw = !once && session.isTerminal(Fd.STANDARD_OUTPUT);
    boolean full = flags.isOn("no-trunc", false);
    try (WatchedContainers watched =
        WatchedContainers.open(session.linux(), state, flags.operands())) {
      watched.look();
      Thread.sleep(FIRST);
      do {
        watched.look();
        String text = format.print(StatisticsRow.titles(), watched.rows(full));
        show(session.out(), redraw, text);
      } while (!once && goesOn(watched, session.out()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static boolean goesOn(WatchedContainers watched, PrintStream out)
      throws InterruptedException {
    if (out.checkError() || watched.isOver()) {
      return false;
    }
    Thread.sleep(USUAL);
    return true;
  }

  private static void show(PrintStream out, boolean redraw, String text) {
    out.print(redraw ? TO_TOP + text.replace("\n", CLEAR_LINE) + CLEAR_BELOW : text);
  }
}
