/** Tests of tier two, most of them on the real kernel. */
@NullMarked
package io.lighter.proxy.ebpf;

import org.jspecify.annotations.NullMarked;
