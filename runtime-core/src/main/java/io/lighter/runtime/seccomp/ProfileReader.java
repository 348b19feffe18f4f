package io.lighter.runtime.seccomp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lighter.linux.KernelVersion;
import io.lighter.linux.SeccompFilter;
import io.lighter.runtime.seccomp.ProfileRule.Scope;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompArch;
import io.lighter.runtime.spec.SeccompArg;
import io.lighter.runtime.spec.SeccompFlag;
import io.lighter.runtime.spec.SeccompOperator;
import io.lighter.runtime.spec.SeccompSyscall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads profiles in Docker's format, the file of {@code --security-opt seccomp=FILE}: the seccomp
 * section of the OCI specification, with {@code archMap}, and with {@code includes}, {@code
 * excludes} and {@code comment} in its rules. Fields that the format does not have are refused.
 */
public final class ProfileReader {
  /** The greatest file that is read, in bytes; real ones have less than 50 KiB. */
  public static final int MAX_BYTES = 1 << 20;

  private static final Set<String> PROFILE =
      Set.of(
          "$schema",
          "comment",
          "defaultAction",
          "defaultErrnoRet",
          "defaultErrno",
          "architectures",
          "archMap",
          "flags",
          "listenerPath",
          "listenerMetadata",
          "syscalls");
  private static final Set<String> ARCHITECTURE = Set.of("architecture", "subArchitectures");
  private static final Set<String> RULE =
      Set.of(
          "name",
          "names",
          "action",
          "errnoRet",
          "errno",
          "args",
          "comment",
          "includes",
          "excludes");
  private static final Set<String> ARGUMENT = Set.of("index", "value", "valueTwo", "op");
  private static final Set<String> SCOPE = Set.of("caps", "arches", "minKernel");

  // A key that stands twice is refused: people and programs read a different one of the two.
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ProfileReader() {}

  /**
   * Reads a file.
   *
   * @throws ProfileException if it is not a regular file, too large, not JSON or not a profile
   * @throws IOException if it cannot be read
   */
  public static Profile read(Path file) throws IOException {
    // Opening a FIFO would wait for a writer, so look first.
    if (!Files.isRegularFile(file)) {
      throw new ProfileException(
          "", file + (Files.exists(file) ? " is not a regular file" : " does not exist"));
    }
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(MAX_BYTES + 1));
    }
  }

  /**
   * Reads a JSON text.
   *
   * @throws ProfileException if it is too large, not JSON or not a profile
   */
  public static Profile parse(String json) {
    return parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Profile parse(byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new ProfileException("", "is larger than " + MAX_BYTES + " bytes");
    }
    JsonNode tree;
    try {
      tree = JSON.readTree(json);
    } catch (JsonProcessingException notJson) {
      var location = notJson.getLocation();
      throw new ProfileException(
          "",
          "is not JSON: "
              + notJson.getOriginalMessage()
              + (location == null ? "" : " at line " + location.getLineNr()));
    } catch (IOException notText) {
      throw new ProfileException("", "is not JSON: " + notText.getMessage());
    }
    return profile(new ProfileFields(tree, "", PROFILE));
  }

  private static Profile profile(ProfileFields in) {
    List<SeccompArch> architectures = in.terms("architectures", SeccompArch.class);
    Map<SeccompArch, List<SeccompArch>> subArchitectures = new HashMap<>();
    in.objects(
        "archMap",
        ARCHITECTURE,
        entry ->
            subArchitectures.put(
                entry.term("architecture", SeccompArch.class),
                entry.terms("subArchitectures", SeccompArch.class)));
    if (!architectures.isEmpty() && !subArchitectures.isEmpty()) {
      throw in.error("archMap", "use either architectures or archMap, not both");
    }
    if (!in.has("defaultAction") && !in.has("syscalls")) {
      throw new ProfileException(
          "", "says nothing; for a container without a filter use seccomp=unconfined");
    }
    return new Profile(
        in.term("defaultAction", SeccompAction.class),
        errno(in, "defaultErrnoRet", "defaultErrno"),
        architectures,
        subArchitectures,
        flags(in),
        in.text("listenerPath"),
        in.text("listenerMetadata"),
        in.objects("syscalls", RULE, ProfileReader::rule));
  }

  /** A profile that does not speak of flags gets runc's; an empty list is none. */
  private static List<SeccompFlag> flags(ProfileFields in) {
    return in.has("flags")
        ? in.terms("flags", SeccompFlag.class)
        : List.of(SeccompFlag.SECCOMP_FILTER_FLAG_SPEC_ALLOW);
  }

  /** Podman's profiles have the errno by name too, for readers that know no numbers. */
  private static @Nullable Integer errno(ProfileFields in, String number, String name) {
    Integer errno = in.number(number, SeccompFilter.MAX_ERRNO);
    if (errno == null && in.has(name)) {
      throw in.error(name, "is only read together with the number, " + number);
    }
    return errno;
  }

  private static ProfileRule rule(ProfileFields in) {
    Scope includes = in.object("includes", SCOPE, ProfileReader::scope);
    Scope excludes = in.object("excludes", SCOPE, ProfileReader::scope);
    return new ProfileRule(
        new SeccompSyscall(
            names(in),
            in.term("action", SeccompAction.class),
            errno(in, "errnoRet", "errno"),
            in.objects("args", ARGUMENT, ProfileReader::argument)),
        includes == null ? Scope.ANY : includes,
        excludes == null ? Scope.ANY : excludes);
  }

  private static List<String> names(ProfileFields in) {
    List<String> names = in.texts("names");
    String name = in.text("name");
    if (name != null && !names.isEmpty()) {
      throw in.error("name", "use either name or names, not both");
    }
    if (name == null && names.isEmpty()) {
      throw in.error("names", "is missing: a rule is about at least one system call");
    }
    return name == null ? names : List.of(name);
  }

  private static SeccompArg argument(ProfileFields in) {
    return new SeccompArg(
        in.requiredNumber("index", SeccompFilter.ARGUMENTS - 1),
        in.unsigned("value"),
        in.unsigned("valueTwo"),
        in.term("op", SeccompOperator.class));
  }

  private static Scope scope(ProfileFields in) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    capabilities.addAll(in.terms("caps", Capability.class));
    String kernel = in.text("minKernel");
    try {
      return new Scope(
          capabilities,
          Set.copyOf(in.texts("arches")),
          kernel == null ? null : KernelVersion.parse(kernel));
    } catch (IllegalArgumentException notAVersion) {
      throw in.error("minKernel", String.valueOf(notAVersion.getMessage()));
    }
  }
}
