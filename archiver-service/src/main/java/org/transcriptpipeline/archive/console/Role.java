package org.transcriptpipeline.archive.console;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/// What somebody who has signed in may do. Each may do what those before may.
enum Role {
    /// Looks.
    VIEWER,
    /// Hands over, sends again, takes a customer, stops a flow.
    OPERATOR,
    /// Sees how the pipeline is set up and what it refused.
    ADMIN;

    /// For Spring Security: this role's and those of all before.
    List<GrantedAuthority> authorities() {
        return Arrays.stream(values())
                .filter(role -> role.compareTo(this) <= 0)
                .<GrantedAuthority>map(role -> new SimpleGrantedAuthority("ROLE_" + role.name()))
                .toList();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
