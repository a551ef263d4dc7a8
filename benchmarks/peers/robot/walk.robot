*** Settings ***
Documentation       The journey as one test.
Resource            walk.resource
Suite Setup         Start The Browser


*** Test Cases ***
Walk 1
    Walk
