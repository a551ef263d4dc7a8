"""Is the blame right? Every journey against every fault that can be made, and what the judge said of each."""
