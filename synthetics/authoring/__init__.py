"""What a journey's author uses: the pytest plugin, steps, hosts, app frames and sign-in."""
