package io.lighter.images.dockerfile;

import java.util.Locale;

/**
 * What is looked for in Dockerfiles that are right and may still not do what was meant. Names and
 * meaning are BuildKit's.
 *
 * @see <a href="https://docs.docker.com/reference/build-checks/">Build checks</a>
 */
public enum LintRule {
  STAGE_NAME_CASING("StageNameCasing", "Names of stages are in small letters"),
  FROM_AS_CASING("FromAsCasing", "FROM and AS have the same case"),
  NO_EMPTY_CONTINUATION("NoEmptyContinuation", "No line within an instruction is empty"),
  CONSISTENT_INSTRUCTION_CASING(
      "ConsistentInstructionCasing", "All instructions have the same case"),
  DUPLICATE_STAGE_NAME("DuplicateStageName", "No two stages have one name"),
  RESERVED_STAGE_NAME("ReservedStageName", "No stage is called scratch or context"),
  JSON_ARGS_RECOMMENDED(
      "JSONArgsRecommended", "CMD and ENTRYPOINT are in JSON form, so that signals reach them"),
  MAINTAINER_DEPRECATED("MaintainerDeprecated", "LABEL has taken the place of MAINTAINER"),
  UNDEFINED_ARG_IN_FROM("UndefinedArgInFrom", "FROM uses arguments that are declared before it"),
  WORKDIR_RELATIVE_PATH(
      "WorkdirRelativePath", "A relative WORKDIR counts from an absolute one in the Dockerfile"),
  UNDEFINED_VAR("UndefinedVar", "Variables are declared before they are used"),
  MULTIPLE_INSTRUCTIONS_DISALLOWED(
      "MultipleInstructionsDisallowed", "Of CMD, ENTRYPOINT and HEALTHCHECK only the last counts"),
  LEGACY_KEY_VALUE_FORMAT("LegacyKeyValueFormat", "ENV and LABEL are written KEY=VALUE"),
  REDUNDANT_TARGET_PLATFORM(
      "RedundantTargetPlatform", "--platform=$TARGETPLATFORM is what FROM does anyway"),
  SECRETS_USED_IN_ARG_OR_ENV(
      "SecretsUsedInArgOrEnv", "Secrets are not for ARG and ENV, which everybody can read"),
  INVALID_DEFAULT_ARG_IN_FROM(
      "InvalidDefaultArgInFrom", "With the defaults of its arguments FROM names an image"),
  FROM_PLATFORM_FLAG_CONST_DISALLOWED(
      "FromPlatformFlagConstDisallowed", "--platform of FROM is not fixed"),
  COPY_IGNORED_FILE("CopyIgnoredFile", "What is copied is not left out by .dockerignore"),
  INVALID_DEFINITION_DESCRIPTION(
      "InvalidDefinitionDescription", "A comment above ARG or a stage begins with its name"),
  EXPOSE_PROTO_CASING("ExposeProtoCasing", "Protocols of EXPOSE are in small letters"),
  EXPOSE_INVALID_FORMAT("ExposeInvalidFormat", "EXPOSE has no addresses and no ports of the host");

  private final String title;
  private final String description;

  LintRule(String title, String description) {
    this.title = title;
    this.description = description;
  }

  /** Returns the name by which it can be skipped. */
  public String title() {
    return title;
  }

  /** Returns what should be. */
  public String description() {
    return description;
  }

  /** Returns the page that explains it. */
  public String url() {
    return "https://docs.docker.com/go/dockerfile/rule/"
        + title
            .replaceAll("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-")
            .toLowerCase(Locale.ROOT)
        + "/";
  }

  /** Tells whether it is looked at only when asked for. */
  public boolean isExperimental() {
    return this == COPY_IGNORED_FILE || this == INVALID_DEFINITION_DESCRIPTION;
  }
}
