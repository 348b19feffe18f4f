package io.lighter.runtime.devices;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.linux.EbpfProgram;
import io.lighter.runtime.spec.DeviceRule;
import io.lighter.runtime.spec.DeviceRuleType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares what programs do with what the rules say, for rules made by chance. */
class RandomRulesTest {
  private static final int LISTS = 5_000;
  private static final int REQUESTS = 60;

  /** Few, so that rules meet each other; and those around which signs and widths go wrong. */
  private static final long[] NUMBERS = {
    0, 1, 2, 3, 5, 8, 136, 259, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL
  };

  private static final String[] ACCESSES = {"", "r", "w", "m", "rw", "rm", "wm", "rwm"};

  private static final List<DeviceRuleType> TYPES = List.of(DeviceRuleType.values());

  private static final List<DeviceRuleType> DEVICES =
      List.of(DeviceRuleType.CHAR, DeviceRuleType.BLOCK);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldDecideAsTheRulesSay(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < LISTS; i++) {
      List<DeviceRule> rules = rules(random);
      EbpfProgram program = DeviceCompiler.compile(rules);
      EbpfInterpreter interpreter = new EbpfInterpreter(program);
      assertThat(interpreter.reachesAll()).as("seed %s, %s", seed, rules).isTrue();
      for (int j = 0; j < REQUESTS; j++) {
        ask(interpreter, rules, random, "seed " + seed);
      }
    }
  }

  private static void ask(
      EbpfInterpreter interpreter, List<DeviceRule> rules, Random random, String seed) {
    String access = ACCESSES[random.nextInt(ACCESSES.length)];
    DeviceRuleType type = DEVICES.get(random.nextInt(2));
    long major = number(random);
    long minor = number(random);
    boolean passes =
        interpreter.passes(
            bits(access), type == DeviceRuleType.BLOCK ? 1 : 2, (int) major, (int) minor);
    if (passes != DeviceModel.passes(rules, access, type, major, minor)) {
      throw new AssertionError(
          (passes ? "let pass: " : "refused: ")
              + String.join(" ", type.term(), major + ":" + minor, access, "by", seed)
              + rules);
    }
  }

  private static int bits(String access) {
    return (access.contains("m") ? 1 : 0)
        + (access.contains("r") ? 2 : 0)
        + (access.contains("w") ? 4 : 0);
  }

  private static List<DeviceRule> rules(Random random) {
    List<DeviceRule> rules = new ArrayList<>();
    int count = random.nextInt(random.nextInt(8) == 0 ? 60 : 8);
    for (int i = 0; i < count; i++) {
      rules.add(
          new DeviceRule(
              random.nextBoolean(),
              TYPES.get(random.nextInt(TYPES.size())),
              wildcardOrNumber(random),
              wildcardOrNumber(random),
              ACCESSES[1 + random.nextInt(ACCESSES.length - 1)]));
    }
    return rules;
  }

  private static @Nullable Long wildcardOrNumber(Random random) {
    return random.nextInt(3) == 0 ? null : number(random);
  }

  private static long number(Random random) {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }
}
