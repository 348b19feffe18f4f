@NullMarked
package io.lighter.cli.oci;

import org.jspecify.annotations.NullMarked;
