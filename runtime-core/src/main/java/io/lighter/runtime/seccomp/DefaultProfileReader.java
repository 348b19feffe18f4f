package io.lighter.runtime.seccomp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.seccomp.ProfileRule.Scope;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArg;
import io.lighter.runtime.spec.SeccompOperator;
import io.lighter.runtime.spec.SeccompSyscall;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code default.json}, a list of rules. Of each rule, {@code calls} are names, several in a
 * string; {@code why} is for people; the others say when it holds:
 *
 * <ul>
 *   <li>{@code with}, {@code without}: a capability
 *   <li>{@code machine}, {@code kernel}: an architecture, the oldest kernel
 *   <li>{@code argument}: the number of the argument that the rule compares, by {@code below} (the
 *       first value that is too much) or {@code is} (a list); under a {@code mask} if there is one
 *   <li>{@code errno}: the calls fail with it, instead of being allowed
 * </ul>
 *
 * <p>It is read token by token, because a program that starts one container and ends has no time to
 * load a data-binding library.
 */
final class DefaultProfileReader {
  private static final String RESOURCE = "default.json";

  private final List<String> calls = new ArrayList<>();
  private final List<Long> values = new ArrayList<>();
  private Scope includes = Scope.ANY;
  private Scope excludes = Scope.ANY;
  private int argument = -1;
  private @Nullable Long below;
  private @Nullable Long mask;
  private @Nullable Integer errno;

  private DefaultProfileReader() {}

  static List<ProfileRule> read() {
    try (InputStream stream = DefaultProfileReader.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        throw new IllegalStateException("the jar of runtime-core/ lacks its resource " + RESOURCE);
      }
      try (JsonParser json = new JsonFactory().createParser(stream)) {
        List<ProfileRule> rules = new ArrayList<>();
        json.nextToken();
        while (json.nextToken() == JsonToken.START_OBJECT) {
          DefaultProfileReader rule = new DefaultProfileReader();
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            rule.readField(json);
          }
          rule.addTo(rules);
        }
        return rules;
      }
    } catch (IOException e) {
      throw new IllegalStateException("the resource " + RESOURCE + " is broken", e);
    }
  }

  private void readField(JsonParser json) throws IOException {
    String field = json.currentName();
    json.nextToken();
    switch (field) {
      case "why" -> json.skipChildren();
      case "calls" -> {
        while (json.nextToken() == JsonToken.VALUE_STRING) {
          calls.addAll(List.of(json.getText().split(" ", -1)));
        }
      }
      case "is" -> {
        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
          values.add(json.getLongValue());
        }
      }
      case "with" -> includes = new Scope(capability(json), Set.of(), null);
      case "without" -> excludes = new Scope(capability(json), Set.of(), null);
      case "machine" -> includes = new Scope(Set.of(), Set.of(machine(json)), null);
      case "kernel" ->
          includes = new Scope(Set.of(), Set.of(), KernelVersion.parse(json.getText()));
      case "argument" -> argument = json.getIntValue();
      case "below" -> below = json.getLongValue();
      case "mask" -> mask = json.getLongValue();
      case "errno" -> errno = json.getIntValue();
      default -> throw new IllegalStateException(RESOURCE + " has an unknown field " + field);
    }
  }

  private static Set<Capability> capability(JsonParser json) throws IOException {
    return Set.of(Capability.valueOf(json.getText()));
  }

  private static String machine(JsonParser json) throws IOException {
    return ProfileRule.machine(Architecture.valueOf(json.getText().toUpperCase(Locale.ROOT)));
  }

  private void addTo(List<ProfileRule> rules) {
    if (argument < 0) {
      rules.add(rule(List.of()));
    }
    if (below != null) {
      rules.add(rule(List.of(new SeccompArg(argument, below, 0, SeccompOperator.LT))));
    }
    for (long value : values) {
      rules.add(
          rule(
              List.of(
                  mask == null
                      ? new SeccompArg(argument, value, 0, SeccompOperator.EQ)
                      : new SeccompArg(argument, mask, value, SeccompOperator.MASKED_EQ))));
    }
  }

  private ProfileRule rule(List<SeccompArg> args) {
    SeccompAction action = errno == null ? SeccompAction.ALLOW : SeccompAction.ERRNO;
    return new ProfileRule(new SeccompSyscall(calls, action, errno, args), includes, excludes);
  }
}
