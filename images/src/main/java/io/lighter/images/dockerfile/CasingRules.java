package io.lighter.images.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The rules on capital and small letters. */
final class CasingRules {
  private final Dockerfile file;
  private final List<LintWarning> found;

  CasingRules(Dockerfile file, List<LintWarning> found) {
    this.file = file;
    this.found = found;
  }

  void check() {
    List<Instruction> all = new ArrayList<>(file.globals());
    for (Stage stage : file.stages()) {
      all.add(stage.from());
      all.addAll(stage.instructions());
      checkFrom(stage.from());
    }
    long lower = all.stream().filter(i -> isLower(i.origin().keyword())).count();
    long upper = all.stream().filter(i -> isUpper(i.origin().keyword())).count();
    boolean small = lower > upper;
    for (Instruction instruction : all) {
      String keyword = instruction.origin().keyword();
      if (small ? !isLower(keyword) : !isUpper(keyword)) {
        found.add(
            new LintWarning(
                LintRule.CONSISTENT_INSTRUCTION_CASING,
                instruction.origin().range(),
                keyword
                    + " should be in "
                    + (small ? "small" : "capital")
                    + " letters, as most are"));
      }
    }
  }

  private void checkFrom(Instruction.From from) {
    String name = from.stageName();
    if (name != null && !isLower(name)) {
      found.add(
          new LintWarning(
              LintRule.STAGE_NAME_CASING,
              from.origin().range(),
              "the stage " + name + " should be called " + name.toLowerCase(Locale.ROOT)));
    }
    String as = from.asKeyword();
    String keyword = from.origin().keyword();
    if (as != null && ((isLower(keyword) && !isLower(as)) || (isUpper(keyword) && !isUpper(as)))) {
      found.add(
          new LintWarning(
              LintRule.FROM_AS_CASING,
              from.origin().range(),
              keyword + " and " + as + " should have the same case"));
    }
  }

  private static boolean isLower(String text) {
    return text.equals(text.toLowerCase(Locale.ROOT));
  }

  private static boolean isUpper(String text) {
    return text.equals(text.toUpperCase(Locale.ROOT));
  }
}
