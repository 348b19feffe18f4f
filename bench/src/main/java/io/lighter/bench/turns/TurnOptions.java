package io.lighter.bench.turns;

import io.lighter.bench.report.StartData;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * The options of a measurement in which several subjects take turns.
 *
 * @param rounds how many turns every subject has under every load
 * @param one starts a turn, one at a time
 * @param many starts a turn, 64 at once
 * @param subjects which of those that are known take part, in the order of the page
 * @param page whether only the page is made again, from the data of an earlier run
 */
public record TurnOptions(int rounds, int one, int many, List<String> subjects, boolean page) {

  /** How many start at the same instant where many do. */
  public static final int AT_ONCE = 64;

  private static final long SEED = 20_26;

  /**
   * Reads the words after the measurement's name.
   *
   * @param all the subjects that are known
   * @throws ParseException when an option is not known or has no sensible value
   */
  public static TurnOptions parse(List<String> args, List<String> all) throws ParseException {
    Options known = new Options();
    known.addOption(Option.builder().longOpt("quick").get());
    known.addOption(Option.builder().longOpt("page").get());
    known.addOption(Option.builder().longOpt("rounds").hasArg().get());
    known.addOption(Option.builder().longOpt("subjects").hasArg().get());
    CommandLine line = new DefaultParser(false).parse(known, args.toArray(String[]::new));
    if (!line.getArgList().isEmpty()) {
      throw new ParseException("unexpected '" + line.getArgList().getFirst() + "'");
    }
    boolean quick = line.hasOption("quick");
    int rounds = number(line.getOptionValue("rounds", quick ? "3" : "20"));
    String names = line.getOptionValue("subjects", String.join(",", all));
    return new TurnOptions(
        rounds,
        quick ? 50 : 100,
        quick ? AT_ONCE : 2 * AT_ONCE,
        subjects(names, all),
        line.hasOption("page"));
  }

  /** One at a time and 64 at once, under the names that the reports know. */
  public List<Load> loads() {
    return List.of(
        new Load(StartData.ONE, 1, one, Math.max(5, one / 10), false),
        new Load(StartData.MANY, AT_ONCE, many, AT_ONCE, false));
  }

  /** How often a subject in this JVM starts before anything counts. */
  public int warmUp() {
    return one * 30;
  }

  /** Whose turn it is. */
  public Schedule schedule() {
    return new Schedule(rounds, SEED);
  }

  private static List<String> subjects(String names, List<String> all) throws ParseException {
    List<String> chosen = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      if (!all.contains(name)) {
        throw new ParseException("unknown subject '" + name + "', known are " + all);
      }
      chosen.add(name);
    }
    if (!chosen.getFirst().equals(StartData.FLOOR)) {
      throw new ParseException("the floor comes first: the others are measured against it");
    }
    return chosen;
  }

  private static int number(String text) throws ParseException {
    try {
      int value = Integer.parseInt(text);
      if (value > 0 && value <= 10_000) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new ParseException("--rounds: '" + text + "' is not a number");
    }
    throw new ParseException("--rounds: '" + text + "' is not in 1 to 10000");
  }
}
