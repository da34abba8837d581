package dev.adit.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// All targets in one: the first byte of an input says which one takes the others. Confined to one
/// thread.
final class AllTargets implements Target {
    private final List<Target> targets = new ArrayList<>();

    AllTargets() {
        for (String name : Targets.names()) targets.add(Targets.named(name));
    }

    @Override
    public void take(byte[] input) throws Throwable {
        if (input.length == 0) return;
        int which = (input[0] & 0xff) % targets.size();
        targets.get(which).take(Arrays.copyOfRange(input, 1, input.length));
    }

    /// The input of this target that is `input` for the target of that name.
    static byte[] addressed(String name, byte[] input) {
        byte[] addressed = new byte[input.length + 1];
        addressed[0] = (byte) Targets.names().indexOf(name);
        System.arraycopy(input, 0, addressed, 1, input.length);
        return addressed;
    }
}
