package io.lighter.runtime.spec;

/** Which devices a rule is about; a rule without a type is about all. */
public enum DeviceRuleType implements Term {
  ALL("a"),
  CHAR("c"),
  BLOCK("b");

  private final String term;

  DeviceRuleType(String term) {
    this.term = term;
  }

  @Override
  public String term() {
    return term;
  }
}
