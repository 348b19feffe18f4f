package io.lighter.runtime.devices;

import static io.lighter.linux.DeviceContext.BPF_DEVCG_DEV_BLOCK;
import static io.lighter.linux.DeviceContext.BPF_DEVCG_DEV_CHAR;

import io.lighter.linux.Ebpf;
import io.lighter.runtime.devices.Decision.Field;
import io.lighter.runtime.devices.Decision.Grant;
import io.lighter.runtime.devices.Decision.Table;
import io.lighter.runtime.spec.DeviceRuleType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes one decision of rules. Equal parts of it are one object, so that majors with the same rules
 * share their instructions.
 */
final class Decisions {
  private final Map<Decision, Decision> known = new HashMap<>();
  private int entries;

  private Decisions() {}

  /**
   * Returns what the rules say, the last one first.
   *
   * @throws FilterTooLongException when it takes more comparisons than a program may have
   */
  static Decision of(List<Rule> rules) {
    return new Decisions().byType(rules);
  }

  private Decision byType(List<Rule> rules) {
    Decision otherwise = byMajor(ofType(rules, DeviceRuleType.ALL));
    SortedMap<Long, Decision> exceptions = new TreeMap<>();
    Decision block = byMajor(ofType(rules, DeviceRuleType.BLOCK));
    Decision character = byMajor(ofType(rules, DeviceRuleType.CHAR));
    putUnlessEqual(exceptions, BPF_DEVCG_DEV_BLOCK, block, otherwise);
    putUnlessEqual(exceptions, BPF_DEVCG_DEV_CHAR, character, otherwise);
    return table(Field.TYPE, exceptions, otherwise);
  }

  private static List<Rule> ofType(List<Rule> rules, DeviceRuleType type) {
    return select(rules, rule -> rule.type() == DeviceRuleType.ALL || rule.type() == type);
  }

  private Decision byMajor(List<Rule> rules) {
    Decision otherwise = byMinor(ofMajor(rules, null));
    SortedMap<Long, Decision> exceptions = new TreeMap<>();
    for (Long major : majors(rules)) {
      putUnlessEqual(exceptions, major, byMinor(ofMajor(rules, major)), otherwise);
    }
    return table(Field.MAJOR, exceptions, otherwise);
  }

  private static SortedSet<Long> majors(List<Rule> rules) {
    SortedSet<Long> majors = new TreeSet<>();
    for (Rule rule : rules) {
      if (rule.major() != null) {
        majors.add(rule.major());
      }
    }
    return majors;
  }

  private static List<Rule> ofMajor(List<Rule> rules, @Nullable Long major) {
    return select(rules, rule -> rule.major() == null || rule.major().equals(major));
  }

  private static List<Rule> select(List<Rule> rules, Predicate<Rule> wanted) {
    List<Rule> selected = new ArrayList<>();
    for (Rule rule : rules) {
      if (wanted.test(rule)) {
        selected.add(rule);
      }
    }
    return selected;
  }

  /** Access that has been granted or denied for good, because the last rule comes first. */
  private static final class Settled {
    int access;
    int granted;

    void settle(int more, boolean allow) {
      int open = more & ~access;
      access |= open;
      granted |= allow ? open : 0;
    }
  }

  private Decision byMinor(List<Rule> rules) {
    Settled all = new Settled();
    SortedMap<Long, Settled> single = new TreeMap<>();
    for (int i = rules.size() - 1; i >= 0 && all.access != Grant.ALL.access(); i--) {
      Rule rule = rules.get(i);
      if (rule.minor() == null) {
        all.settle(rule.access(), rule.allow());
      } else {
        single
            .computeIfAbsent(rule.minor(), minor -> new Settled())
            .settle(rule.access() & ~all.access, rule.allow());
      }
    }
    Decision otherwise = new Grant(all.granted);
    SortedMap<Long, Decision> exceptions = new TreeMap<>();
    single.forEach(
        (minor, own) ->
            putUnlessEqual(
                exceptions,
                minor,
                new Grant(own.granted | (all.granted & ~own.access)),
                otherwise));
    return table(Field.MINOR, exceptions, otherwise);
  }

  private static void putUnlessEqual(
      SortedMap<Long, Decision> exceptions, long value, Decision decision, Decision otherwise) {
    if (!decision.equals(otherwise)) {
      exceptions.put(value, decision);
    }
  }

  private Decision table(Field field, SortedMap<Long, Decision> exceptions, Decision otherwise) {
    if (exceptions.isEmpty()) {
      return otherwise;
    }
    Table made = new Table(field, exceptions, otherwise);
    Decision earlier = known.putIfAbsent(made, made);
    if (earlier != null) {
      return earlier;
    }
    entries += exceptions.size();
    if (entries > Ebpf.BPF_MAXINSNS) {
      throw new FilterTooLongException();
    }
    return made;
  }
}
