package io.lighter.cli.build;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.InvalidValueException;
import io.lighter.images.build.ProvenanceOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code --provenance}, {@code --sbom}, and {@code --attest}, which is either. */
final class AttestFlags {
  private static final String KNOWN = "mode, builder-id, reproducible and version";

  private static final Map<String, String> REASONS =
      Map.of(
          "inline-only", "only images are attested anyway",
          "filename", "only images are attested");

  private AttestFlags() {}

  /** Returns what is to be told of the build; null for nothing. */
  static @Nullable ProvenanceOptions provenance(Flags flags) {
    ProvenanceOptions provenance = null;
    for (String flag : new String[] {"attest", "provenance", "sbom"}) {
      for (String text : flags.all(flag)) {
        try {
          String type = flag.equals("attest") ? "" : "type=" + flag + ",";
          provenance = read(FlagFields.of(type + spelled(text)), provenance);
        } catch (InvalidValueException e) {
          throw flags.invalid(flag, text, e);
        }
      }
    }
    return provenance;
  }

  /** A truth value alone says whether there is one. */
  private static String spelled(String text) {
    return switch (text) {
      case "true", "1" -> "disabled=false";
      case "false", "0" -> "disabled=true";
      default -> text;
    };
  }

  private static @Nullable ProvenanceOptions read(
      FlagFields fields, @Nullable ProvenanceOptions before) {
    String type = fields.take("type", "");
    boolean disabled = fields.takeTruth("disabled", false);
    if (type.equals("sbom")) {
      if (!disabled) {
        throw new InvalidValueException(
            "a list of packages needs an image that scans, which builds do not run here; run a"
                + " scanner on the image, and leave out --sbom");
      }
      return before;
    }
    if (!type.equals("provenance")) {
      throw new InvalidValueException(
          "an attestation has the type provenance or sbom, not " + type);
    }
    String mode = fields.take("mode", "max");
    if (!mode.equals("min") && !mode.equals("max")) {
      throw new InvalidValueException("mode is min or max, not " + mode);
    }
    if (!fields.take("version", "v1").equals("v1")) {
      throw new InvalidValueException("version is v1");
    }
    ProvenanceOptions options =
        new ProvenanceOptions(
            mode.equals("max"),
            fields.take("builder-id", ""),
            fields.takeTruth("reproducible", false));
    fields.refuseRest("type=provenance", KNOWN, REASONS);
    return disabled ? null : options;
  }
}
